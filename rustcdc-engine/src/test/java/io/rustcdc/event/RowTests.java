package io.rustcdc.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RowTests {

    private static final Columns COLUMNS = Columns.of(List.of("id", "note", "body"), List.of("id"));

    private static Row row() {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        values.put("id", 7);
        values.put("note", null);
        return Row.of(COLUMNS, values);
    }

    @Test
    void aColumnHasAValueIsNullOrIsAbsent() {
        Row row = row();
        assertThat(row.isPresent("id")).isTrue();
        assertThat(row.isNull(0)).isFalse();
        assertThat(row.get("id")).isEqualTo(7);
        assertThat(row.text(0)).isEqualTo("7");

        assertThat(row.isPresent("note")).isTrue();
        assertThat(row.isNull(1)).isTrue();
        assertThat(row.get("note")).isNull();
        assertThat(row.text(1)).isNull();

        assertThat(row.isPresent("body")).isFalse();
        assertThat(row.isNull(2)).isFalse();
        assertThatExceptionOfType(AbsentColumnException.class)
                .isThrownBy(() -> row.get("body"))
                .withMessageContaining("'body'")
                .withMessageContaining("isPresent");
        assertThatExceptionOfType(AbsentColumnException.class).isThrownBy(() -> row.text(2));
    }

    @Test
    void aColumnThatTheTableDoesNotHaveIsNotPresentAndNotReadable() {
        assertThat(row().isPresent("ID")).isFalse();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> row().get("ID"))
                .withMessageContaining("'ID'")
                .withMessageContaining("[id, note, body]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Row.of(COLUMNS, Map.of("x", 1)))
                .withMessageContaining("'x'");
    }

    @Test
    void theMapHoldsThePresentColumnsInTheTablesOrder() {
        Map<String, @Nullable Object> reversed = new LinkedHashMap<>();
        reversed.put("note", null);
        reversed.put("id", 7);
        Map<String, @Nullable Object> map = Row.of(COLUMNS, reversed).toMap();
        assertThat(map).isEqualTo(reversed);
        assertThat(map.keySet()).containsExactly("id", "note");
    }

    @Test
    void isCompleteWhenNoColumnIsAbsent() {
        assertThat(row().isComplete()).isFalse();
        assertThat(Row.of(Columns.of(List.of("id"), List.of()), Collections.singletonMap("id", null))
                        .isComplete())
                .isTrue();
    }

    @Test
    void doesNotShowValues() {
        assertThat(Row.of(COLUMNS, Map.of("note", "s3cret"))).asString().doesNotContain("s3cret");
    }

    @Test
    void bytesHaveATextThatDoesNotDependOnTheObject() {
        assertThat(Row.of(COLUMNS, Map.of("body", new byte[] {0, (byte) 0xAB})).text(2))
                .isEqualTo("\\x00ab");
    }

    @Test
    void columnsAreUniqueAndContainTheirKey() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Columns.of(List.of("a", "a"), List.of()))
                .withMessageContaining("'a'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Columns.of(List.of("a"), List.of("b")))
                .withMessageContaining("'b'");
        assertThat(COLUMNS.indexOf("body")).isEqualTo(2);
        assertThat(COLUMNS.indexOf("Body")).isEqualTo(-1);
    }
}
