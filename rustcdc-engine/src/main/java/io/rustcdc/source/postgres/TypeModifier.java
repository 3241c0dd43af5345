package io.rustcdc.source.postgres;

import java.util.List;

/** Writes a built-in type with its modifier as SQL does: {@code numeric(12,2)}, {@code varchar(20)}. */
final class TypeModifier {

    /** Lengths and precisions are stored with this added, for the header of a variable-length value (VARHDRSZ). */
    private static final int HEADER = 4;

    private static final int FULL_PRECISION = 0xFFFF;

    /** The fields of an interval in SQL's order, and their bits in the upper half of its modifier. */
    private static final List<String> INTERVAL_FIELDS = List.of("year", "month", "day", "hour", "minute", "second");

    private static final int[] INTERVAL_BITS = {1 << 2, 1 << 1, 1 << 3, 1 << 10, 1 << 11, 1 << 12};

    private TypeModifier() {}

    static String apply(String type, int modifier) {
        String name = type.equals("char") ? "\"char\"" : type;
        if (modifier < 0) {
            return name;
        }
        return switch (type) {
            case "numeric" -> numeric(modifier - HEADER);
            case "varchar" -> "varchar(%d)".formatted(modifier - HEADER);
            case "bpchar" -> "char(%d)".formatted(modifier - HEADER);
            case "interval" -> interval(modifier);
            default -> "%s(%d)".formatted(name, modifier);
        };
    }

    /** The scale has 11 bits and a sign. */
    private static String numeric(int modifier) {
        int scale = ((modifier & 0x7FF) ^ 0x400) - 0x400;
        return "numeric(%d,%d)".formatted(modifier >> 16 & 0xFFFF, scale);
    }

    private static String interval(int modifier) {
        StringBuilder name = new StringBuilder("interval");
        int fields = modifier >> 16 & 0x7FFF;
        if (fields != 0x7FFF) {
            List<String> named = INTERVAL_FIELDS.stream()
                    .filter(field -> (fields & INTERVAL_BITS[INTERVAL_FIELDS.indexOf(field)]) != 0)
                    .toList();
            if (!named.isEmpty()) {
                name.append(' ').append(named.get(0));
            }
            if (named.size() > 1) {
                name.append(" to ").append(named.get(named.size() - 1));
            }
        }
        int precision = modifier & FULL_PRECISION;
        return precision == FULL_PRECISION ? name.toString() : name + "(" + precision + ")";
    }
}
