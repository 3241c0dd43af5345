package io.rustcdc.spring.mapping;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** An enum constant by its name; else by the one constant that differs in case and {@code _}, {@code -} or spaces only. */
final class EnumConversion implements Conversion {

    private static final Object AMBIGUOUS = new Object();

    private final Class<?> type;
    private final Map<String, Object> byName = new HashMap<>();
    private final Map<String, Object> byLabel = new HashMap<>();

    EnumConversion(Class<?> type) {
        this.type = type;
        for (Object constant : type.getEnumConstants()) {
            String name = ((Enum<?>) constant).name();
            byName.put(name, constant);
            byLabel.merge(normalized(name), constant, (one, other) -> AMBIGUOUS);
        }
    }

    @Override
    public Object apply(Object value) {
        if (!(value instanceof String label)) {
            throw MismatchException.of(value);
        }
        Object constant = byName.get(label);
        if (constant == null) {
            constant = byLabel.get(normalized(label));
        }
        if (constant == null || constant == AMBIGUOUS) {
            throw new MismatchException(
                    "its label is none of the constants " + byName.keySet() + " of " + type.getName());
        }
        return constant;
    }

    private static String normalized(String label) {
        return label.replace("_", "").replace("-", "").replace(" ", "").toLowerCase(Locale.ROOT);
    }
}
