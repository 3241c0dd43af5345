package io.rustcdc.codec;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The values that rows have, as a type and a text from which an equal value can be read. */
final class StoredValues {

    private static final String LIST = "list";
    private static final String MAP = "map";
    private static final String BYTES = "bytes";

    /** A type whose values are told by their own text. */
    private record Scalar(String code, Class<?> type, Function<String, Object> parse) {}

    private static final List<Scalar> SCALARS = List.of(
            new Scalar("text", String.class, text -> text),
            new Scalar("int", Integer.class, Integer::valueOf),
            new Scalar("long", Long.class, Long::valueOf),
            new Scalar("decimal", BigDecimal.class, BigDecimal::new),
            new Scalar("boolean", Boolean.class, StoredValues::bool),
            new Scalar("uuid", UUID.class, UUID::fromString),
            new Scalar("offsetdatetime", OffsetDateTime.class, OffsetDateTime::parse),
            new Scalar("datetime", LocalDateTime.class, LocalDateTime::parse),
            new Scalar("date", LocalDate.class, LocalDate::parse),
            new Scalar("time", LocalTime.class, LocalTime::parse),
            new Scalar("offsettime", OffsetTime.class, OffsetTime::parse),
            new Scalar("double", Double.class, Double::valueOf),
            new Scalar("float", Float.class, Float::valueOf),
            new Scalar("integer", BigInteger.class, BigInteger::new),
            new Scalar("duration", Duration.class, Duration::parse),
            new Scalar("instant", Instant.class, Instant::parse),
            new Scalar("short", Short.class, Short::valueOf),
            new Scalar("byte", Byte.class, Byte::valueOf));

    private static final Map<Class<?>, Scalar> BY_TYPE = new LinkedHashMap<>();
    private static final Map<String, Scalar> BY_CODE = new LinkedHashMap<>();

    static {
        for (Scalar scalar : SCALARS) {
            BY_TYPE.put(scalar.type, scalar);
            BY_CODE.put(scalar.code, scalar);
        }
    }

    private StoredValues() {}

    /** Type and value, as a list to which more can be added. */
    static List<@Nullable Object> write(Object value, String column) {
        List<@Nullable Object> cell = new ArrayList<>(3);
        Scalar scalar = BY_TYPE.get(value.getClass());
        if (scalar != null) {
            cell.add(scalar.code);
            cell.add(value.toString());
        } else if (value instanceof byte[] bytes) {
            cell.add(BYTES);
            cell.add(Base64.getEncoder().encodeToString(bytes));
        } else if (value instanceof List<?> list) {
            List<@Nullable Object> elements = new ArrayList<>(list.size());
            list.forEach(element -> elements.add(element == null ? null : write(element, column)));
            cell.add(LIST);
            cell.add(elements);
        } else if (value instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> entries = new LinkedHashMap<>();
            map.forEach((name, element) ->
                    entries.put(String.valueOf(name), element == null ? null : write(element, column)));
            cell.add(MAP);
            cell.add(entries);
        } else {
            throw new IllegalArgumentException(
                    "Column '%s' holds a %s, which cannot be kept: a transform must give values of the types that rows have"
                            .formatted(column, value.getClass().getName()));
        }
        return cell;
    }

    /** What a row of ready values gives as the text of a value. */
    static String plainText(Object value) {
        return value instanceof byte[] bytes ? "\\x" + HexFormat.of().formatHex(bytes) : value.toString();
    }

    static Object read(List<?> cell, String column) {
        Object content = cell.size() > 1 ? cell.get(1) : null;
        try {
            if (LIST.equals(cell.get(0)) && content instanceof List<?> list) {
                List<@Nullable Object> elements = new ArrayList<>(list.size());
                list.forEach(element -> elements.add(element(element, column)));
                return Collections.unmodifiableList(elements);
            }
            if (MAP.equals(cell.get(0)) && content instanceof Map<?, ?> map) {
                Map<String, @Nullable Object> entries = new LinkedHashMap<>();
                map.forEach((name, element) -> entries.put(String.valueOf(name), element(element, column)));
                return Collections.unmodifiableMap(entries);
            }
            if (content instanceof String text) {
                if (BYTES.equals(cell.get(0))) {
                    return Base64.getDecoder().decode(text);
                }
                Scalar scalar = BY_CODE.get(String.valueOf(cell.get(0)));
                if (scalar != null) {
                    return scalar.parse.apply(text);
                }
            }
        } catch (IllegalArgumentException | DateTimeException e) {
            // Its message may show the value.
            throw new IllegalArgumentException("column '%s' has a damaged value of type '%s' (%s)"
                    .formatted(column, cell.get(0), e.getClass().getSimpleName()));
        }
        throw new IllegalArgumentException(
                "column '%s' has a value of the unknown type '%s'".formatted(column, cell.get(0)));
    }

    private static @Nullable Object element(@Nullable Object stored, String column) {
        if (stored == null) {
            return null;
        }
        if (stored instanceof List<?> cell && !cell.isEmpty()) {
            return read(cell, column);
        }
        throw new IllegalArgumentException("column '%s' must be a type and a value".formatted(column));
    }

    private static Boolean bool(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("neither true nor false");
        };
    }
}
