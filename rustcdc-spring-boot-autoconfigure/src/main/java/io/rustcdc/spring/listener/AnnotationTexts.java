package io.rustcdc.spring.listener;

import io.rustcdc.spring.CdcConfigurationException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.EmbeddedValueResolver;
import org.springframework.util.StringUtils;

/** The texts of an annotation with their placeholders and expressions resolved. */
final class AnnotationTexts {

    private final EmbeddedValueResolver values;

    AnnotationTexts(ConfigurableListableBeanFactory beanFactory) {
        this.values = new EmbeddedValueResolver(beanFactory);
    }

    String text(String text) {
        String value = values.resolveStringValue(text);
        return value == null ? "" : value.strip();
    }

    List<String> list(String[] texts) {
        return Arrays.stream(texts)
                .map(this::text)
                .flatMap(items -> Arrays.stream(StringUtils.commaDelimitedListToStringArray(items)))
                .map(String::strip)
                .filter(item -> !item.isEmpty())
                .toList();
    }

    boolean flag(String text, boolean otherwise, String attribute, String listener) {
        String value = text(text).toLowerCase(Locale.ROOT);
        return switch (value) {
            case "" -> otherwise;
            case "true" -> true;
            case "false" -> false;
            default -> throw refused(attribute, "true or false", value, listener);
        };
    }

    /** One of the constants, in any case; null when it is left out. */
    <E extends Enum<E>> @Nullable E choice(Class<E> type, String text, String attribute, String listener) {
        String value = text(text);
        if (value.isEmpty()) {
            return null;
        }
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equalsIgnoreCase(value)) {
                return constant;
            }
        }
        String expected = Arrays.stream(type.getEnumConstants())
                .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
        throw refused(attribute, "one of " + expected, value, listener);
    }

    int number(String text, String attribute, String listener) {
        String value = text(text);
        try {
            int number = value.isEmpty() ? 0 : Integer.parseInt(value);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw refused(attribute, "a number", value, listener);
        }
        throw refused(attribute, "a number that is not negative", value, listener);
    }

    private static CdcConfigurationException refused(String attribute, String expected, String found, String listener) {
        return new CdcConfigurationException(
                "%s of listener %s must be %s, but it is '%s'".formatted(attribute, listener, expected, found),
                "Correct the @CdcListener, or what its placeholder stands for.");
    }
}
