package io.rustcdc.spring.mapping;

import io.rustcdc.event.Row;
import io.rustcdc.spring.FillPolicy;
import java.lang.reflect.Modifier;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;
import org.springframework.core.convert.ConversionService;
import tools.jackson.databind.json.JsonMapper;

/** Makes the mapper of a type. Thread-safe. */
public final class RowMappers {

    private final ValueReaders readers;

    /** With the usual rules for JSON. */
    public RowMappers(ConversionService conversions) {
        this(conversions, JsonMapper.shared());
    }

    /**
     * @param conversions for types of the application that no rule of ours knows
     * @param json for columns that hold JSON
     */
    public RowMappers(ConversionService conversions, JsonMapper json) {
        this.readers = new ValueReaders(conversions, json);
    }

    /** Whether rows can be mapped to this type: Row, {@code Map<String, Object>}, a record or a JavaBean. */
    public static boolean supports(ResolvableType type) {
        Class<?> target = type.resolve();
        if (target == null || target.isPrimitive() || target.isArray() || target.isEnum() || target.isAnnotation()) {
            return false;
        }
        if (target == Row.class || target.isRecord()) {
            return true;
        }
        return target == Map.class ? isNamedValues(type) : isBean(target);
    }

    /** The mapper of a supported type, by {@link FillPolicy#FROM_BEFORE}. */
    public RowMapper<?> forType(ResolvableType type) {
        return forType(type, FillPolicy.FROM_BEFORE);
    }

    /**
     * The mapper of a supported type.
     *
     * @throws IllegalArgumentException if a component has a type that nothing can be read into
     */
    public RowMapper<?> forType(ResolvableType type, FillPolicy fill) {
        Class<?> target = type.toClass();
        if (target == Row.class) {
            return (RowMapper<Row>) row -> row;
        }
        if (target == Map.class) {
            return (RowMapper<Map<String, @Nullable Object>>) Row::toMap;
        }
        return target.isRecord()
                ? new ObjectRowMapper<>(type, RecordShape.of(type, readers), fill)
                : new ObjectRowMapper<>(type, BeanShape.of(type, readers), fill);
    }

    private static boolean isNamedValues(ResolvableType type) {
        Class<?> key = type.getGeneric(0).resolve(String.class);
        Class<?> value = type.getGeneric(1).resolve(Object.class);
        return key == String.class && value == Object.class;
    }

    private static boolean isBean(Class<?> target) {
        String name = target.getName();
        return !target.isInterface()
                && !Modifier.isAbstract(target.getModifiers())
                && !(target.isMemberClass() && !Modifier.isStatic(target.getModifiers()))
                && !name.startsWith("java.")
                && !name.startsWith("org.springframework.")
                && !name.startsWith("io.rustcdc.event.")
                && BeanShape.isBean(target);
    }
}
