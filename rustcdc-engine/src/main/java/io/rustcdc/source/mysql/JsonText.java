package io.rustcdc.source.mysql;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/**
 * A JSON document in MySQL's binary form as the text that the server makes of it, equal in every character. For one document.
 */
final class JsonText {

    private static final int SMALL_OBJECT = 0;
    private static final int LARGE_OBJECT = 1;
    private static final int SMALL_ARRAY = 2;
    private static final int LARGE_ARRAY = 3;
    private static final int LITERAL = 4;
    private static final int INT16 = 5;
    private static final int UINT16 = 6;
    private static final int INT32 = 7;
    private static final int UINT32 = 8;
    private static final int INT64 = 9;
    private static final int UINT64 = 10;
    private static final int DOUBLE = 11;
    private static final int STRING = 12;
    private static final int OPAQUE = 15;

    /** The server's own limit. */
    private static final int DEEPEST = 100;

    /** More characters than any byte of a sound document gives. */
    private static final int LONGEST_OF_A_BYTE = 16;

    /** In lines, as the server writes it. */
    private static final Base64.Encoder BASE64 = Base64.getMimeEncoder(76, new byte[] {'\n'});

    private static final int FRACTION_BITS = 24;
    private static final int MICROS = 1_000_000;

    private final byte[] bytes;
    private final long longest;
    private final StringBuilder text = new StringBuilder();
    private int depth;

    private JsonText(byte[] bytes, int size) {
        this.bytes = bytes;
        this.longest = (long) LONGEST_OF_A_BYTE * size + LONGEST_OF_A_BYTE;
    }

    /** @throws RuntimeException of any kind, if it is no document */
    static String of(byte[] bytes, int start, int end) {
        if (start == end) {
            return "null"; // what rows that were there before the column NOT NULL was added have in it
        }
        JsonText json = new JsonText(bytes, end - start);
        json.value(bytes[start], start + 1, end);
        return json.text.toString();
    }

    private void value(int type, int start, int end) {
        if (text.length() > longest) {
            throw new IllegalArgumentException("parts of the document overlap");
        }
        switch (type) {
            case SMALL_OBJECT -> container(start, end, 2, true);
            case LARGE_OBJECT -> container(start, end, 4, true);
            case SMALL_ARRAY -> container(start, end, 2, false);
            case LARGE_ARRAY -> container(start, end, 4, false);
            case LITERAL -> literal(number(start, 1, end));
            case INT16 -> text.append((short) number(start, 2, end));
            case UINT16 -> text.append(number(start, 2, end));
            case INT32 -> text.append((int) number(start, 4, end));
            case UINT32 -> text.append(number(start, 4, end));
            case INT64 -> text.append(number(start, 8, end));
            case UINT64 -> text.append(Long.toUnsignedString(number(start, 8, end)));
            case DOUBLE -> number(Double.longBitsToDouble(number(start, 8, end)));
            case STRING -> {
                Span span = span(start, end);
                quoted(new String(bytes, span.start, span.length, StandardCharsets.UTF_8));
            }
            case OPAQUE -> opaque((int) number(start, 1, end), span(start + 1, end));
            default -> throw new IllegalArgumentException("no such type of value");
        }
    }

    /** Where a string or an opaque value is, behind its length. */
    private record Span(int start, int length) {}

    private Span span(int start, int end) {
        long length = 0;
        for (int i = 0; i < 5; i++) {
            long part = number(start + i, 1, end);
            length |= (part & 0x7F) << (7 * i);
            if (part < 0x80) {
                int from = start + i + 1;
                if (length > end - from) {
                    break;
                }
                return new Span(from, (int) length);
            }
        }
        throw new IllegalArgumentException("a length beyond the document");
    }

    /**
     * @param size of counts and offsets in bytes
     * @param keyed whether it is an object
     */
    private void container(int start, int end, int size, boolean keyed) {
        if (++depth > DEEPEST) {
            throw new IllegalArgumentException("nested too deep");
        }
        long count = number(start, size, end);
        long length = number(start + size, size, end);
        if (length > end - start || count > length) {
            throw new IllegalArgumentException("a container beyond the document");
        }
        int last = start + (int) length;
        int keys = start + 2 * size;
        int values = keyed ? keys + (int) count * (size + 2) : keys;
        text.append(keyed ? '{' : '[');
        for (int i = 0; i < count; i++) {
            if (i > 0) {
                text.append(", ");
            }
            if (keyed) {
                int entry = keys + i * (size + 2);
                int key = at(start, number(entry, size, last), last);
                int keyLength = (int) number(entry + size, 2, last);
                if (keyLength > last - key) {
                    throw new IllegalArgumentException("a key beyond the object");
                }
                quoted(new String(bytes, key, keyLength, StandardCharsets.UTF_8));
                text.append(": ");
            }
            int entry = values + i * (size + 1);
            int type = (int) number(entry, 1, last);
            boolean inlined = type == LITERAL
                    || type == INT16
                    || type == UINT16
                    || (size == 4 && (type == INT32 || type == UINT32));
            value(type, inlined ? entry + 1 : at(start, number(entry + 1, size, last), last), last);
        }
        text.append(keyed ? '}' : ']');
        depth--;
    }

    private static int at(int start, long offset, int end) {
        if (offset > end - start) {
            throw new IllegalArgumentException("an offset beyond the container");
        }
        return start + (int) offset;
    }

    private long number(int start, int size, int end) {
        if (size > end - start) {
            throw new IllegalArgumentException("a value beyond the document");
        }
        return Numbers.littleEndian(bytes, start, size);
    }

    private void literal(long value) {
        if (value > 2) {
            throw new IllegalArgumentException("no such literal");
        }
        text.append(value == 0 ? "null" : value == 1 ? "true" : "false");
    }

    private void number(double value) {
        String number = FloatingText.of(value);
        text.append(number);
        if (number.indexOf('.') < 0 && number.indexOf('e') < 0) {
            text.append(".0");
        }
    }

    /** A value of a type that JSON does not have. */
    private void opaque(int type, Span span) {
        int end = span.start + span.length;
        switch (type) {
            case StoredType.DECIMAL -> text.append(decimal(span).toPlainString());
            case StoredType.DATE ->
                text.append('"').append(moment(span, end).dateText()).append('"');
            case StoredType.OLD_DATETIME, StoredType.OLD_TIMESTAMP ->
                text.append('"').append(moment(span, end).text(6)).append('"');
            case StoredType.OLD_TIME -> time(number(span.start, 8, end));
            default ->
                quoted("base64:type" + type + ":" + BASE64.encodeToString(Arrays.copyOfRange(bytes, span.start, end)));
        }
    }

    private BigDecimal decimal(Span span) {
        int precision = bytes[span.start];
        int scale = bytes[span.start + 1];
        DecimalLayout layout = new DecimalLayout(precision, scale);
        if (span.length < 2 + layout.size()) {
            throw new IllegalArgumentException("not a decimal");
        }
        return layout.read(bytes, span.start + 2);
    }

    private Moment moment(Span span, int end) {
        long bits = number(span.start, 8, end);
        int micros = (int) bits & ((1 << FRACTION_BITS) - 1);
        long date = bits >> (FRACTION_BITS + 17);
        int time = (int) (bits >> FRACTION_BITS) & 0x1FFFF;
        return new Moment(
                (int) (date >> 5) / 13,
                (int) (date >> 5) % 13,
                (int) date & 31,
                Moment.secondOfDay(time >> 12, (time >> 6) & 63, time & 63),
                micros);
    }

    private void time(long bits) {
        long positive = Math.abs(bits);
        int time = (int) (positive >> FRACTION_BITS);
        text.append(bits < 0 ? "\"-" : "\"");
        Moment.appendTime(
                text,
                Moment.secondOfDay(time >> 12, (time >> 6) & 63, time & 63),
                (int) (positive & ((1 << FRACTION_BITS) - 1)) % MICROS,
                6);
        text.append('"');
    }

    private void quoted(String string) {
        text.append('"');
        for (int i = 0; i < string.length(); i++) {
            char character = string.charAt(i);
            switch (character) {
                case '"', '\\' -> text.append('\\').append(character);
                case '\b' -> text.append("\\b");
                case '\f' -> text.append("\\f");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                default -> {
                    if (character < ' ') {
                        text.append(character < 16 ? "\\u000" : "\\u00").append(Integer.toHexString(character));
                    } else {
                        text.append(character);
                    }
                }
            }
        }
        text.append('"');
    }
}
