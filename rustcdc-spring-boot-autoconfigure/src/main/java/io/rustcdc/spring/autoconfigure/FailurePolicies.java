package io.rustcdc.spring.autoconfigure;

import io.rustcdc.delivery.FailurePolicy;
import io.rustcdc.spring.CdcConfigurationException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ClassUtils;

/** What a source's settings say of failures, for listeners that say nothing else. */
record FailurePolicies(@Nullable ClassLoader classLoader) {

    FailurePolicy of(ConfiguredSource source) {
        DeliveryProperties settings = source.settings().getDelivery();
        List<Class<?>> notRetried = new ArrayList<>();
        for (String name : settings.getRetry().getNotRetried()) {
            notRetried.add(exception(name, source));
        }
        Predicate<Throwable> isNotRetried = thrown -> notRetried.stream().anyMatch(type -> type.isInstance(thrown));
        try {
            return new FailurePolicy(settings.getOnFailure(), null, isNotRetried, settings.getBrokenAfter());
        } catch (IllegalArgumentException e) {
            throw new CdcConfigurationException(
                    "A setting of %s.delivery cannot be used: %s".formatted(source.key(), e.getMessage()),
                    "Change it below %s or rustcdc.defaults.".formatted(source.key()));
        }
    }

    private Class<?> exception(String name, ConfiguredSource source) {
        String key = source.key() + ".delivery.retry.not-retried";
        try {
            Class<?> type = ClassUtils.forName(name, classLoader);
            if (Throwable.class.isAssignableFrom(type)) {
                return type;
            }
            throw new CdcConfigurationException(
                    "%s names %s, which is no exception".formatted(key, name), "Name classes of exceptions.");
        } catch (ClassNotFoundException | LinkageError e) {
            throw new CdcConfigurationException(
                    "%s names the exception '%s', but there is no such class".formatted(key, name),
                    "Correct the name: package and class, such as java.lang.IllegalArgumentException; a nested class has a '$' before its name.");
        }
    }
}
