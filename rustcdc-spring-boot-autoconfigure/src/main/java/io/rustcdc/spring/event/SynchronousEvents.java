package io.rustcdc.spring.event;

import io.rustcdc.spring.CdcConfigurationException;
import io.rustcdc.spring.RowChanged;
import java.lang.reflect.Method;
import java.util.Arrays;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.scheduling.annotation.Async;

/**
 * Makes sure that a published change has been handled when {@code publishEvent} returns, and that a failure comes out of it:
 * returning acknowledges the change.
 */
public final class SynchronousEvents {

    /** By name: spring-tx need not be there. */
    private static final String TRANSACTIONAL = "org.springframework.transaction.event.TransactionalEventListener";

    private final ConfigurableApplicationContext context;
    private final boolean inTransactions;

    /** @param inTransactions whether all changes are published in transactions, which a listener may then wait for the end of */
    public SynchronousEvents(ConfigurableApplicationContext context, boolean inTransactions) {
        this.context = context;
        this.inTransactions = inTransactions;
    }

    /**
     * To be called when all singletons exist.
     *
     * @throws CdcConfigurationException if a listener, or the application's way to publish events, defers the work
     */
    public void require() {
        for (String beanName : context.getBeanNamesForType(Object.class)) {
            Class<?> type = ScopedProxyUtils.isScopedTarget(beanName)
                    ? null
                    : AutoProxyUtils.determineTargetClass(context.getBeanFactory(), beanName);
            if (type != null && AnnotationUtils.isCandidateClass(type, EventListener.class)) {
                MethodIntrospector.selectMethods(type, SynchronousEvents::listensToRowChanged)
                        .forEach(method -> requireSynchronous(type, method));
            }
        }
        requireSynchronousMulticaster();
    }

    private static boolean listensToRowChanged(Method method) {
        EventListener listener = AnnotatedElementUtils.findMergedAnnotation(method, EventListener.class);
        if (listener == null) {
            return false;
        }
        if (listener.classes().length > 0) {
            return Arrays.asList(listener.classes()).contains(RowChanged.class);
        }
        if (method.getParameterCount() != 1) {
            return false;
        }
        ResolvableType event = ResolvableType.forMethodParameter(method, 0);
        ResolvableType payload = event.toClass() == PayloadApplicationEvent.class ? event.getGeneric(0) : event;
        return payload.toClass() == RowChanged.class;
    }

    private void requireSynchronous(Class<?> type, Method method) {
        String name = type.getName() + "." + method.getName();
        if (!inTransactions && AnnotatedElementUtils.isAnnotated(method, TRANSACTIONAL)) {
            throw refused(
                    name,
                    "a transactional event listener, which runs after the commit of a transaction of the application, or never");
        }
        if (AnnotatedElementUtils.hasAnnotation(method, Async.class)
                || AnnotatedElementUtils.hasAnnotation(type, Async.class)) {
            throw refused(name, "asynchronous");
        }
    }

    private static CdcConfigurationException refused(String name, String how) {
        return new CdcConfigurationException(
                "Event listener %s for RowChanged is %s: the change would be acknowledged before it is handled, and lost by a crash"
                        .formatted(name, how),
                "Use a plain @EventListener, or a @CdcListener with an Acknowledgment parameter.");
    }

    /** Shown rather than inspected: a failing listener must fail the publication. */
    private void requireSynchronousMulticaster() {
        ApplicationListener<?> probe = new ProbeListener();
        context.addApplicationListener(probe);
        try {
            context.publishEvent(new Probe());
        } catch (ProbeException e) {
            return;
        } finally {
            context.removeApplicationListener(probe);
        }
        throw new CdcConfigurationException(
                "The bean 'applicationEventMulticaster' runs event listeners on other threads or swallows their failures, so with rustcdc.events.enabled a change would be acknowledged before it is handled",
                "Remove its task executor and error handler, or set rustcdc.events.enabled=false and use @CdcListener.");
    }

    private record Probe() {}

    private static final class ProbeException extends RuntimeException {

        private static final long serialVersionUID = 1L;
    }

    private static final class ProbeListener implements ApplicationListener<PayloadApplicationEvent<Probe>> {

        @Override
        public void onApplicationEvent(PayloadApplicationEvent<Probe> event) {
            throw new ProbeException();
        }
    }
}
