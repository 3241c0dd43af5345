package io.rustcdc.spring.event;

import io.rustcdc.event.TableId;
import io.rustcdc.spring.CdcConfigurationException;
import io.rustcdc.spring.CdcTable;
import io.rustcdc.spring.mapping.RowMappers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.context.ResourceLoaderAware;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import org.springframework.util.ClassUtils;

/** The types annotated with {@link CdcTable}, by their tables. Immutable. */
public final class TableTypes {

    private final Map<String, Class<?>> types;

    private TableTypes(Map<String, Class<?>> types) {
        this.types = types;
    }

    /**
     * Looks through packages and those below them.
     *
     * @throws CdcConfigurationException if two types claim one table, or a type cannot hold a row
     */
    public static TableTypes scan(List<String> packages, Environment environment, ResourceLoader resources) {
        ClassPathScanningCandidateComponentProvider scanner =
                new ClassPathScanningCandidateComponentProvider(false, environment);
        ((ResourceLoaderAware) scanner).setResourceLoader(resources);
        scanner.addIncludeFilter(new AnnotationTypeFilter(CdcTable.class));
        Map<String, Class<?>> types = new LinkedHashMap<>();
        for (String name : packages) {
            for (BeanDefinition candidate : scanner.findCandidateComponents(name)) {
                add(
                        types,
                        ClassUtils.resolveClassName(
                                String.valueOf(candidate.getBeanClassName()), resources.getClassLoader()));
            }
        }
        return new TableTypes(types);
    }

    private static void add(Map<String, Class<?>> types, Class<?> type) {
        CdcTable table = type.getAnnotation(CdcTable.class);
        if (!RowMappers.supports(ResolvableType.forClass(type))) {
            throw new CdcConfigurationException(
                    "@CdcTable type %s cannot hold a row".formatted(type.getName()),
                    "Make it a record, or a class with a constructor without parameters and setters.");
        }
        Class<?> other = types.putIfAbsent(key(table.value().strip()), type);
        if (other != null && other != type) {
            throw new CdcConfigurationException(
                    "Two types are annotated with @CdcTable(\"%s\"): %s and %s"
                            .formatted(table.value(), other.getName(), type.getName()),
                    "Keep one of them.");
        }
    }

    /** The tables that have a type, as their annotations spell them. */
    public List<String> tables() {
        return types.values().stream()
                .map(type -> type.getAnnotation(CdcTable.class).value().strip())
                .toList();
    }

    @Nullable
    Class<?> typeOf(TableId table) {
        return types.get(key(table.qualifiedName()));
    }

    private static String key(String table) {
        return table.toLowerCase(Locale.ROOT);
    }
}
