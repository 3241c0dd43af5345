package io.rustcdc.spring.listener;

import io.rustcdc.spring.CdcConfigurationException;
import io.rustcdc.spring.CdcListener;
import io.rustcdc.spring.mapping.RowMappers;
import io.rustcdc.spring.outbox.Outboxes;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;

/** Finds all {@link CdcListener} methods of an application context's own beans. */
public final class ListenerScanner {

    private final ConfigurableListableBeanFactory beanFactory;
    private final ListenerFactory factory;

    /** @param decorators put around each call, the first one innermost */
    public ListenerScanner(
            ConfigurableListableBeanFactory beanFactory,
            RowMappers mappers,
            Outboxes outboxes,
            List<ListenerDecorator> decorators) {
        this.beanFactory = beanFactory;
        this.factory = new ListenerFactory(beanFactory, mappers, outboxes, decorators);
    }

    /**
     * The listeners in their order, else in that of their beans. To be called when all singletons exist; creates lazy beans that have
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
                        .forEach((method, listener) ->
                                definitions.add(factory.create(beanName, type, method, listener)));
            }
        }
        requireUniqueIds(definitions);
        definitions.sort(Comparator.comparingInt(ListenerDefinition::order));
        return definitions;
    }

    private @Nullable Class<?> targetType(String beanName) {
        return AutoProxyUtils.determineTargetClass(beanFactory, beanName);
    }

    private static Map<Method, CdcListener> annotatedMethods(Class<?> type) {
        return MethodIntrospector.selectMethods(type, (MethodIntrospector.MetadataLookup<CdcListener>)
                method -> AnnotatedElementUtils.findMergedAnnotation(method, CdcListener.class));
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
}
