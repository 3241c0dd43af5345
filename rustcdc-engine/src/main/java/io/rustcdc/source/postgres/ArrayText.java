package io.rustcdc.source.postgres;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The text form of arrays (manual 8.15.6): {@code {1,NULL,"a b"}}, nested for more dimensions. The value is an
 * unmodifiable List, of Lists for more dimensions; lower bounds other than 1 ({@code [0:1]={...}}) are dropped.
 */
final class ArrayText {

    /** The server's own limit (MAXDIM). */
    private static final int MOST_DIMENSIONS = 6;

    private final byte[] bytes;
    private final int end;
    private final char delimiter;
    private final ValueDecoder element;
    private int at;

    private ArrayText(byte[] bytes, int from, int length, char delimiter, ValueDecoder element) {
        this.bytes = bytes;
        this.at = from;
        this.end = from + length;
        this.delimiter = delimiter;
        this.element = element;
    }

    static ValueDecoder of(ValueDecoder element, char delimiter) {
        return (bytes, from, length) -> new ArrayText(bytes, from, length, delimiter, element).array();
    }

    private List<@Nullable Object> array() {
        if (current() == '[') {
            while (current() != '=') {
                at++;
            }
            at++;
        }
        List<@Nullable Object> list = list(1);
        if (at != end) {
            throw malformed();
        }
        return list;
    }

    private List<@Nullable Object> list(int dimension) {
        if (dimension > MOST_DIMENSIONS) {
            throw malformed();
        }
        expect('{');
        List<@Nullable Object> list = new ArrayList<>();
        if (current() == '}') {
            at++;
            return Collections.unmodifiableList(list);
        }
        while (true) {
            list.add(current() == '{' ? list(dimension + 1) : current() == '"' ? quoted() : unquoted());
            if (current() == '}') {
                at++;
                return Collections.unmodifiableList(list);
            }
            expect(delimiter);
        }
    }

    private @Nullable Object unquoted() {
        int from = at;
        while (current() != delimiter && current() != '}') {
            at++;
        }
        int length = at - from;
        if (length == 0) {
            throw malformed();
        }
        boolean isNull = length == 4
                && bytes[from] == 'N'
                && bytes[from + 1] == 'U'
                && bytes[from + 2] == 'L'
                && bytes[from + 3] == 'L';
        return isNull ? null : element.decode(bytes, from, length);
    }

    private Object quoted() {
        expect('"');
        int from = at;
        boolean escaped = false;
        while (current() != '"') {
            if (current() == '\\') {
                escaped = true;
                at++;
                current();
            }
            at++;
        }
        int to = at++;
        if (!escaped) {
            return element.decode(bytes, from, to - from);
        }
        byte[] plain = unescape(from, to);
        return element.decode(plain, 0, plain.length);
    }

    private byte[] unescape(int from, int to) {
        byte[] plain = new byte[to - from];
        int length = 0;
        for (int i = from; i < to; i++) {
            if (bytes[i] == '\\') {
                i++;
            }
            plain[length++] = bytes[i];
        }
        return Arrays.copyOf(plain, length);
    }

    private byte current() {
        if (at >= end) {
            throw malformed();
        }
        return bytes[at];
    }

    private void expect(char expected) {
        if (current() != expected) {
            throw malformed();
        }
        at++;
    }

    private static IllegalArgumentException malformed() {
        return new IllegalArgumentException("not an array");
    }
}
