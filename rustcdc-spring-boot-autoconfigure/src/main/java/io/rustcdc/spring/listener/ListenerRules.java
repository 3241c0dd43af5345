package io.rustcdc.spring.listener;

import io.rustcdc.spring.CdcConfigurationException;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.scheduling.annotation.Async;

/** Which methods can be listeners. */
final class ListenerRules {

    private static final String TRANSACTIONAL = "org.springframework.transaction.annotation.Transactional";

    private ListenerRules() {}

    /**
     * A call that goes on after it returned would be acknowledged too early, and so lost by a crash.
     *
     * @param manual whether it acknowledges by itself
     */
    static void requireSynchronous(Method method, Class<?> type, boolean manual) {
        if (manual || MethodInvoker.returnsStage(method)) {
            return;
        }
        boolean async = isAsync(method) || isAsync(type);
        if (async || Future.class.isAssignableFrom(method.getReturnType()) || isPublisher(method.getReturnType())) {
            throw new CdcConfigurationException(
                    "Listener %s goes on after it has returned, but returning acknowledges the change: a crash in between would lose it"
                            .formatted(describe(method, type)),
                    "Return a CompletableFuture that completes when the work is done, or add an Acknowledgment parameter and call acknowledge() then, or do the work before returning.");
        }
    }

    /** By its name: Spring's transactions need not be there. */
    static boolean leavesTransaction(Method method, Class<?> type) {
        Map<String, Object> declared =
                AnnotatedElementUtils.findMergedAnnotationAttributes(method, TRANSACTIONAL, true, false);
        if (declared == null) {
            declared = AnnotatedElementUtils.findMergedAnnotationAttributes(type, TRANSACTIONAL, true, false);
        }
        return declared != null
                && Set.of("REQUIRES_NEW", "NOT_SUPPORTED", "NEVER")
                        .contains(String.valueOf(declared.get("propagation")));
    }

    private static boolean isAsync(AnnotatedElement element) {
        return AnnotatedElementUtils.hasAnnotation(element, Async.class);
    }

    private static boolean isPublisher(Class<?> type) {
        return Arrays.stream(type.getInterfaces())
                        .anyMatch(face -> face.getName().equals("org.reactivestreams.Publisher"))
                || type.getName().equals("org.reactivestreams.Publisher")
                || (type.getSuperclass() != null && isPublisher(type.getSuperclass()));
    }

    static Method invocable(Method method, Object bean, String name) {
        if (Modifier.isStatic(method.getModifiers())) {
            throw new CdcConfigurationException(
                    "Listener %s is static".formatted(name), "Make it a method of the bean.");
        }
        if (AopUtils.isCglibProxy(bean) && Modifier.isFinal(method.getModifiers())) {
            throw new CdcConfigurationException(
                    "Listener %s is final, but its bean is proxied (by @Transactional, @Async or another aspect): the call would miss the proxied object"
                            .formatted(name),
                    "Remove 'final' from the method.");
        }
        try {
            return AopUtils.selectInvocableMethod(method, bean.getClass());
        } catch (IllegalStateException e) {
            throw new CdcConfigurationException(
                    "Listener %s cannot be called through the proxy of its bean, which shows only %s"
                            .formatted(name, interfaces(bean)),
                    "Make the method non-private; for a proxy of interfaces, declare the method in one of them or set spring.aop.proxy-target-class=true.");
        }
    }

    private static String interfaces(Object bean) {
        return AopUtils.isJdkDynamicProxy(bean)
                ? Arrays.toString(AopProxyUtils.proxiedUserInterfaces(bean))
                : "its methods that are not private";
    }

    /** The class and the method with its parameter types, as a person would look for it. */
    static String describe(Method method, Class<?> type) {
        return Arrays.stream(method.getParameters())
                .map(Parameter::getType)
                .map(Class::getSimpleName)
                .collect(Collectors.joining(", ", type.getName() + "." + method.getName() + "(", ")"));
    }
}
