package io.rustcdc.spring.listener;

import io.rustcdc.delivery.Subscription.AckMode;
import io.rustcdc.event.Operation;
import io.rustcdc.spring.CdcConfigurationException;
import io.rustcdc.spring.CdcListener;
import io.rustcdc.spring.mapping.RowMappers;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.EmbeddedValueResolver;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.scheduling.annotation.Async;
import org.springframework.util.StringUtils;

/** Finds all {@link CdcListener} methods of an application context's own beans. */
public final class ListenerScanner {

    private static final String TRANSACTIONAL = "org.springframework.transaction.annotation.Transactional";

    private final ConfigurableListableBeanFactory beanFactory;
    private final EmbeddedValueResolver values;
    private final RowMappers mappers;

    public ListenerScanner(ConfigurableListableBeanFactory beanFactory, RowMappers mappers) {
        this.beanFactory = beanFactory;
        this.values = new EmbeddedValueResolver(beanFactory);
        this.mappers = mappers;
    }

    /**
     * The listeners in the order of their beans. To be called when all singletons exist; creates lazy beans that have
     * listeners.
     *
     * @throws CdcConfigurationException if a listener cannot be called as it is declared, or two have one id
     */
    public List<ListenerDefinition> scan() {
        List<ListenerDefinition> definitions = new ArrayList<>();
        for (String beanName : beanFactory.getBeanNamesForType(Object.class)) {
            Class<?> type = ScopedProxyUtils.isScopedTarget(beanName) ? null : targetType(beanName);
            if (type != null && AnnotationUtils.isCandidateClass(type, CdcListener.class)) {
                annotatedMethods(type)
                        .forEach((method, listener) -> definitions.add(define(beanName, type, method, listener)));
            }
        }
        requireUniqueIds(definitions);
        return definitions;
    }

    private @Nullable Class<?> targetType(String beanName) {
        return AutoProxyUtils.determineTargetClass(beanFactory, beanName);
    }

    private static Map<Method, CdcListener> annotatedMethods(Class<?> type) {
        return MethodIntrospector.selectMethods(type, (MethodIntrospector.MetadataLookup<CdcListener>)
                method -> AnnotatedElementUtils.findMergedAnnotation(method, CdcListener.class));
    }

    private ListenerDefinition define(String beanName, Class<?> type, Method method, CdcListener listener) {
        String name = describe(method, type);
        if (!beanFactory.isSingleton(beanName)) {
            throw new CdcConfigurationException(
                    "Listener %s is in bean '%s', which is not a singleton: it is not known which instance to call"
                            .formatted(name, beanName),
                    "Remove the scope of the bean, or move the method to a singleton.");
        }
        Set<Operation> operations = operations(listener, name);
        Parameters parameters = new Parameters(mappers, method, type, operations);
        List<Argument> arguments = parameters.arguments();
        requireSynchronous(method, type, parameters.isManual());
        Object bean = beanFactory.getBean(beanName);
        String id = resolve(listener.id());
        return new ListenerDefinition(
                id.isEmpty() ? beanName + "." + method.getName() : id,
                name,
                resolve(listener.source()),
                tables(listener),
                operations,
                parameters.isManual() ? AckMode.MANUAL : AckMode.AUTO,
                leavesTransaction(method, type),
                MethodHandler.of(bean, invocable(method, bean, name), arguments));
    }

    private static Set<Operation> operations(CdcListener listener, String name) {
        if (listener.operations().length == 0) {
            throw new CdcConfigurationException(
                    "Listener %s has no operations, so it would never be called".formatted(name),
                    "Remove 'operations' for all changes of rows.");
        }
        return EnumSet.copyOf(List.of(listener.operations()));
    }

    private List<String> tables(CdcListener listener) {
        return Arrays.stream(listener.tables())
                .map(this::resolve)
                .flatMap(tables -> Arrays.stream(StringUtils.commaDelimitedListToStringArray(tables)))
                .map(String::strip)
                .filter(table -> !table.isEmpty())
                .toList();
    }

    private String resolve(String text) {
        String value = values.resolveStringValue(text);
        return value == null ? "" : value.strip();
    }

    /** A call that goes on after it returned would be acknowledged too early, and so lost by a crash. */
    private static void requireSynchronous(Method method, Class<?> type, boolean manual) {
        if (manual) {
            return;
        }
        boolean async = isAsync(method) || isAsync(type);
        if (async || Future.class.isAssignableFrom(method.getReturnType()) || isDeferred(method.getReturnType())) {
            throw new CdcConfigurationException(
                    "Listener %s goes on after it has returned, but returning acknowledges the change: a crash in between would lose it"
                            .formatted(describe(method, type)),
                    "Add an Acknowledgment parameter and call acknowledge() when the work is done, or do the work before returning.");
        }
    }

    /** By its name: Spring's transactions need not be there. */
    private static boolean leavesTransaction(Method method, Class<?> type) {
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

    private static boolean isDeferred(Class<?> type) {
        return CompletionStage.class.isAssignableFrom(type)
                || Arrays.stream(type.getInterfaces())
                        .anyMatch(face -> face.getName().equals("org.reactivestreams.Publisher"))
                || type.getName().equals("org.reactivestreams.Publisher")
                || (type.getSuperclass() != null && isDeferred(type.getSuperclass()));
    }

    private static Method invocable(Method method, Object bean, String name) {
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

    private static void requireUniqueIds(List<ListenerDefinition> definitions) {
        Map<String, ListenerDefinition> byId = new HashMap<>();
        for (ListenerDefinition definition : definitions) {
            ListenerDefinition other = byId.putIfAbsent(definition.id(), definition);
            if (other != null) {
                throw new CdcConfigurationException(
                        "Two listeners have the id '%s': %s and %s"
                                .formatted(definition.id(), other.method(), definition.method()),
                        "Give one of them another id: @CdcListener(id = \"...\").");
            }
        }
    }

    /** The class and the method with its parameter types, as a person would look for it. */
    static String describe(Method method, Class<?> type) {
        return Arrays.stream(method.getParameters())
                .map(Parameter::getType)
                .map(Class::getSimpleName)
                .collect(Collectors.joining(", ", type.getName() + "." + method.getName() + "(", ")"));
    }
}
