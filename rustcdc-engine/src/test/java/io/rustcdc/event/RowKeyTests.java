package io.rustcdc.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RowKeyTests {

    private static final Columns COLUMNS = Columns.of(List.of("id", "note"), List.of("id"));

    @Test
    void bytesAreComparedByTheirContent() {
        assertThat(key(new byte[] {1, 2}))
                .isEqualTo(key(new byte[] {1, 2}))
                .hasSameHashCodeAs(key(new byte[] {1, 2}))
                .isNotEqualTo(key(new byte[] {1, 3}))
                .isNotEqualTo(key("\\x0102"));
    }

    @Test
    void listsAreComparedByTheirContent() {
        assertThat(key(Arrays.asList(new byte[] {1}, null, 2)))
                .isEqualTo(key(Arrays.asList(new byte[] {1}, null, 2)))
                .hasSameHashCodeAs(key(Arrays.asList(new byte[] {1}, null, 2)))
                .isNotEqualTo(key(Arrays.asList(new byte[] {2}, null, 2)))
                .isNotEqualTo(key(List.of()));
    }

    @Test
    void theColumnsCount() {
        assertThat(key(1))
                .isNotEqualTo(new RowKey(List.of("other"), List.of(1)))
                .isNotEqualTo("id");
    }

    /** Else whoever writes the change elsewhere would remove the row that was just written. */
    @Test
    void aKeyOfBytesThatStaysIsNoOldKey() {
        ChangeEvent<Row> event = ChangeEvent.of(
                        new EventSource("shop", "postgres"), Operation.UPDATE, new TableId("public", "files"))
                .before(row("a"), false)
                .after(row("b"))
                .offset(new TextOffset("0/1"))
                .commitTime(java.time.Instant.EPOCH)
                .build();

        assertThat(((RowWrite.Replace) event.rowWrite()).oldKey()).isNull();
    }

    private static Row row(String note) {
        return Row.of(COLUMNS, Map.of("id", new byte[] {1, 2}, "note", note));
    }

    private static RowKey key(Object value) {
        return new RowKey(List.of("id"), List.of(value));
    }
}
