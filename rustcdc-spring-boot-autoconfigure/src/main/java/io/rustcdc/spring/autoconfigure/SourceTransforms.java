package io.rustcdc.spring.autoconfigure;

import io.rustcdc.spring.CdcConfigurationException;
import io.rustcdc.spring.CdcTransform;
import io.rustcdc.transform.SkippedChanges;
import io.rustcdc.transform.Transform;
import io.rustcdc.transform.Transforms;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * The transforms of each source: the application's beans whose order is below 0, then the configured rules, then the other beans. The
 * beans are asked for when the engines are built, so they may need whatever they like.
 */
final class SourceTransforms {

    private final ConfigurableListableBeanFactory beanFactory;
    private final Set<String> sources;

    /** @param sources the names of all sources */
    SourceTransforms(ConfigurableListableBeanFactory beanFactory, Set<String> sources) {
        this.beanFactory = beanFactory;
        this.sources = Set.copyOf(sources);
    }

    /** @param sources the sources that it is for; null for all */
    private record Bean(String name, int order, @Nullable List<String> sources) {

        boolean isFor(String source) {
            return sources == null || contains(sources, source);
        }
    }

    /**
     * The transforms of a source.
     *
     * @param hasDeadLetters whether dead letters can keep what is skipped
     * @throws CdcConfigurationException if they are not set up well
     */
    Transforms of(ConfiguredSource source, boolean hasDeadLetters) {
        Transforms.Builder transforms = Transforms.builder();
        List<Bean> beans =
                beans().stream().filter(bean -> bean.isFor(source.name())).toList();
        beans.stream().filter(bean -> bean.order() < 0).forEach(bean -> add(transforms, bean));
        new ConfiguredRules(source).addTo(transforms);
        beans.stream().filter(bean -> bean.order() >= 0).forEach(bean -> add(transforms, bean));
        if (source.settings().getTransforms().getOnError() == TransformProperties.OnError.SKIP) {
            SkippedChanges keeper = keeper(source, hasDeadLetters);
            if (keeper == null) {
                transforms.skipFailedToDeadLetters();
            } else {
                transforms.skipFailed(keeper);
            }
        }
        return transforms.build();
    }

    private void add(Transforms.Builder transforms, Bean bean) {
        try {
            transforms.add(bean.name(), beanFactory.getBean(bean.name(), Transform.class));
        } catch (IllegalArgumentException e) {
            throw new CdcConfigurationException(
                    "Bean '%s' cannot be a transform: %s".formatted(bean.name(), e.getMessage()),
                    "Give the bean, or the rule below transforms.rules, another name.");
        }
    }

    private List<Bean> beans() {
        List<Bean> beans = new ArrayList<>();
        for (String name : beanFactory.getBeanNamesForType(Transform.class)) {
            if (!ScopedProxyUtils.isScopedTarget(name)) {
                beans.add(new Bean(name, order(name), sourcesOf(name)));
            }
        }
        beans.sort(Comparator.comparingInt(Bean::order));
        return beans;
    }

    private int order(String name) {
        if (beanFactory.getBean(name) instanceof Ordered ordered) {
            return ordered.getOrder();
        }
        Order order = beanFactory.findAnnotationOnBean(name, Order.class);
        return order == null ? Ordered.LOWEST_PRECEDENCE : order.value();
    }

    private @Nullable List<String> sourcesOf(String name) {
        CdcTransform annotation = beanFactory.findAnnotationOnBean(name, CdcTransform.class);
        if (annotation == null) {
            return null;
        }
        List<String> wanted = Arrays.stream(annotation.source())
                .map(beanFactory::resolveEmbeddedValue)
                .map(String::valueOf)
                .toList();
        wanted.stream().filter(source -> !contains(sources, source)).findFirst().ifPresent(source -> {
            throw new CdcConfigurationException(
                    "Transform '%s' is for source '%s', which does not exist; configured: %s"
                            .formatted(name, source, String.join(", ", sources)),
                    "Correct the name in @CdcTransform, or leave the annotation out for all sources.");
        });
        return wanted;
    }

    private static boolean contains(Iterable<String> names, String wanted) {
        for (String name : names) {
            if (ConfiguredSource.canonical(name).equals(ConfiguredSource.canonical(wanted))) {
                return true;
            }
        }
        return false;
    }

    /** Null where dead letters keep them. */
    private @Nullable SkippedChanges keeper(ConfiguredSource source, boolean hasDeadLetters) {
        ObjectProvider<SkippedChanges> keepers = beanFactory.getBeanProvider(SkippedChanges.class);
        SkippedChanges keeper = keepers.getIfUnique();
        if (keeper == null) {
            boolean several = keepers.stream().findAny().isPresent();
            if (hasDeadLetters && !several) {
                return null;
            }
            throw new CdcConfigurationException(
                    "Source '%s' is to skip changes that a transform fails for (transforms.on-error), but %s"
                            .formatted(
                                    source.name(),
                                    several
                                            ? "there are several SkippedChanges beans, and none of them is primary"
                                            : "there are no dead letters and no SkippedChanges bean to keep them: they would be lost"),
                    several ? "Mark one of them with @Primary." : """
                            Have them kept as dead letters:

                            rustcdc:
                              dead-letters:
                                store: jdbc

                            Or add a bean that implements io.rustcdc.transform.SkippedChanges, or have the source stop at such a change:

                            rustcdc:
                              %s:
                                %s:
                                  transforms:
                                    on-error: halt
                            """.formatted(source.type(), source.name()));
        }
        return keeper;
    }
}
