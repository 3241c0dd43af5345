package io.rustcdc.spring.mapping;

import io.rustcdc.spring.CdcValue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;
import org.springframework.core.convert.ConversionException;
import org.springframework.core.convert.ConversionService;
import org.springframework.util.ClassUtils;
import tools.jackson.databind.json.JsonMapper;

/** Finds the reader of a type: by our own rules, which lose nothing, else as JSON or by the application's conversions. */
final class ValueReaders {

    private final ConversionService conversions;
    private final JsonMapper json;

    ValueReaders(ConversionService conversions, JsonMapper json) {
        this.conversions = conversions;
        this.json = json;
    }

    ValueReader forType(ResolvableType type) {
        Class<?> target = ClassUtils.resolvePrimitiveIfNecessary(type.toClass());
        if (target == Optional.class) {
            ValueReader content = forType(content(type));
            return (row, index) -> Optional.ofNullable(content.read(row, index));
        }
        if (target == CdcValue.class) {
            ValueReader content = forType(content(type));
            return (row, index) -> CdcValue.of(content.read(row, index));
        }
        if (target == Object.class) {
            return (row, index) -> row.value(index);
        }
        if (target == String.class) {
            return (row, index) -> row.text(index);
        }
        Conversion conversion = conversion(type, target);
        boolean itself = !Iterable.class.isAssignableFrom(target); // the elements of a list may have to be converted
        return (row, index) -> {
            Object value = row.value(index);
            return value == null || (itself && target.isInstance(value)) ? value : conversion.apply(value);
        };
    }

    private Conversion conversion(ResolvableType type, Class<?> target) {
        if (target.isEnum()) {
            return new EnumConversion(target);
        }
        if (target == List.class || target == Collection.class || target == Iterable.class) {
            return elements(type);
        }
        Conversion number = NumberConversions.to(target);
        if (number != null) {
            return number;
        }
        Conversion value = ValueConversions.to(target);
        if (value != null) {
            return value;
        }
        return JsonConversion.supports(target) ? structured(type, target) : converted(target);
    }

    /** A text that is a JSON object or array is read as such, everything else by the application's conversions. */
    private Conversion structured(ResolvableType type, Class<?> target) {
        Conversion reading = new JsonConversion(json, type);
        Conversion converting = converted(target);
        return value -> !target.isInstance(value) && JsonConversion.isJson(value)
                ? reading.apply(value)
                : converting.apply(value);
    }

    private Conversion elements(ResolvableType list) {
        ResolvableType type = content(list);
        Class<?> element = ClassUtils.resolvePrimitiveIfNecessary(type.toClass());
        Conversion conversion = element == Object.class
                ? value -> value
                : element == String.class ? ValueReaders::text : conversion(type, element);
        Conversion reading = new JsonConversion(json, list);
        return value -> {
            if (JsonConversion.isJson(value)) {
                return reading.apply(value);
            }
            if (!(value instanceof List<?> items)) {
                throw MismatchException.of(value);
            }
            List<@Nullable Object> converted = new ArrayList<>(items.size());
            for (Object item : items) {
                converted.add(item == null ? null : conversion.apply(item));
            }
            return converted;
        };
    }

    /** Bytes and lists have no text of their own in Java, and that of the database is there for whole columns only. */
    private static Object text(Object element) {
        if (element instanceof byte[] || element instanceof List) {
            throw MismatchException.of(element);
        }
        return element.toString();
    }

    private Conversion converted(Class<?> target) {
        return value -> {
            if (target.isInstance(value)) {
                return value;
            }
            try {
                Object converted = conversions.convert(value, target);
                if (converted != null) {
                    return converted;
                }
            } catch (ConversionException e) {
                // Its message and its causes quote the value, which must not reach a log.
                throw MismatchException.of(value);
            }
            throw MismatchException.of(value);
        };
    }

    private static ResolvableType content(ResolvableType type) {
        ResolvableType content = type.getGeneric(0);
        return content.resolve() == null ? ResolvableType.forClass(Object.class) : content;
    }
}
