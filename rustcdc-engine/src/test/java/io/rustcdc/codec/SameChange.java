package io.rustcdc.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import io.rustcdc.event.RowKey;
import io.rustcdc.event.ValueDecodeException;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Whether two changes are equal in all that a listener can see of them. */
public final class SameChange {

    private SameChange() {}

    /** That the change is the same after it was kept. */
    public static void assertKept(StoredEnvelope envelope, ChangeEvent<Row> event) {
        String text = envelope.write(event);
        assertThat(text).matches("\\p{ASCII}*");
        assertSame(envelope.read(text), event);
    }

    public static void assertSame(ChangeEvent<Row> found, ChangeEvent<Row> expected) {
        String place = expected.toString();
        assertThat(found.operation()).as(place).isEqualTo(expected.operation());
        assertThat(found.table()).as(place).isEqualTo(expected.table());
        assertThat(found.source()).as(place).isEqualTo(expected.source());
        assertThat(found.offset()).as(place).isEqualTo(expected.offset());
        assertThat(found.offset().text()).as(place).isEqualTo(expected.offset().text());
        assertThat(found.commitTime()).as(place).isEqualTo(expected.commitTime());
        assertThat(found.transaction()).as(place).isEqualTo(expected.transaction());
        assertThat(found.snapshot()).as(place).isEqualTo(expected.snapshot());
        assertThat(found.beforeKeyOnly()).as(place).isEqualTo(expected.beforeKeyOnly());
        assertSame(found.before(), expected.before(), place + ", before");
        assertSame(found.after(), expected.after(), place + ", after");
        RowKey key = expected.key();
        assertThat(found.key()).as(place).isEqualTo(key);
        assertThat(found.previousKey()).as(place).isEqualTo(expected.previousKey());
        if (expected.transaction() != null || expected.snapshot() != null) {
            assertThat(json(found)).as(place).isEqualTo(json(expected));
        }
    }

    private static void assertSame(@Nullable Row found, @Nullable Row expected, String place) {
        if (expected == null) {
            assertThat(found).as(place).isNull();
            return;
        }
        assertThat(found).as(place).isNotNull();
        assertThat(found.columns().names())
                .as(place)
                .isEqualTo(expected.columns().names());
        assertThat(found.columns().key()).as(place).isEqualTo(expected.columns().key());
        for (int i = 0; i < expected.columns().size(); i++) {
            int index = i;
            String column = place + ", column " + expected.columns().name(i);
            assertThat(found.isPresent(i)).as(column).isEqualTo(expected.isPresent(i));
            if (expected.isPresent(i)) {
                assertThat(found.isNull(i)).as(column).isEqualTo(expected.isNull(i));
                assertThat(comparable(outcome(() -> found.value(index))))
                        .as(column)
                        .isEqualTo(comparable(outcome(() -> expected.value(index))));
                assertThat(outcome(() -> found.text(index))).as(column).isEqualTo(outcome(() -> expected.text(index)));
            }
        }
    }

    private static @Nullable Object outcome(Supplier<@Nullable Object> reading) {
        try {
            return reading.get();
        } catch (ValueDecodeException e) {
            return "undecodable: " + e.getMessage();
        }
    }

    private static String json(ChangeEvent<Row> event) {
        try {
            return new JsonEnvelope().toJson(event);
        } catch (ValueDecodeException e) {
            return "undecodable: " + e.getMessage();
        }
    }

    /** Lists do not compare arrays by their content, and an equal number may be of another type. */
    private static Object comparable(@Nullable Object value) {
        if (value == null) {
            return "an SQL NULL";
        }
        if (value instanceof byte[] bytes) {
            return java.nio.ByteBuffer.wrap(bytes);
        }
        if (value instanceof List<?> list) {
            return list.stream().map(SameChange::comparable).toList();
        }
        return value instanceof Map<?, ?> map ? List.copyOf(map.entrySet()) : List.of(value.getClass(), value);
    }
}
