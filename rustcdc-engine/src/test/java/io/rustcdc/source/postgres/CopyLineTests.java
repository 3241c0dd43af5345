package io.rustcdc.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.rustcdc.event.FailureKind;
import io.rustcdc.source.SourceException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** As the manual describes the text format of COPY. */
class CopyLineTests {

    private static List<@Nullable String> values(String line, int columns) {
        Tuple tuple = CopyLine.tuple(line.getBytes(StandardCharsets.UTF_8), columns);
        assertThat(tuple.size()).isEqualTo(columns);
        List<@Nullable String> values = new ArrayList<>();
        for (int i = 0; i < columns; i++) {
            int start = tuple.bounds()[2 * i];
            values.add(
                    tuple.isNull(i)
                            ? null
                            : new String(
                                    tuple.bytes(), start, tuple.bounds()[2 * i + 1] - start, StandardCharsets.UTF_8));
        }
        return values;
    }

    @Test
    @DisplayName("PG-34: NULL, an empty text and the text \\N are three things")
    void tellsNullFromTexts() {
        assertThat(values("\\N\t\t\\\\N\tN\n", 4)).isEqualTo(Arrays.asList(null, "", "\\N", "N"));
        assertThat(values("\\N\n", 1)).isEqualTo(Arrays.asList((String) null));
        assertThat(values("\\N", 1)).isEqualTo(Arrays.asList((String) null));
        assertThat(values("\n", 1)).containsExactly("");
        assertThat(values("a\t\\N\n", 2)).isEqualTo(Arrays.asList("a", null));
        assertThat(values("\\N\ta\n", 2)).isEqualTo(Arrays.asList(null, "a"));
    }

    @Test
    void undoesEveryEscape() {
        assertThat(values("\\b\\f\\n\\r\\t\\v\\\\\t\\x\n", 2)).containsExactly("\b\f\n\r\t\u000B\\", "x");
    }

    @Test
    void keepsLettersOfSeveralBytesAndOtherControlCharacters() {
        assertThat(values("ü€😀\t\u0001\u007F'\"\n", 2)).containsExactly("ü€😀", "\u0001\u007F'\"");
    }

    @Test
    void takesALineWithoutItsEnd() {
        assertThat(values("a\tb", 2)).containsExactly("a", "b");
        assertThat(values("a\t", 2)).containsExactly("a", "");
    }

    @Test
    void aRowMayHaveNoColumns() {
        assertThat(values("\n", 0)).isEmpty();
        assertThat(values("", 0)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\n", "a\tb\n", "a\tb\tc\td\n", "\n", "a\tb\tc\t\n"})
    void refusesAnotherNumberOfColumns(String line) {
        assertThatExceptionOfType(SourceException.class)
                .isThrownBy(() -> values(line, 3))
                .withMessageContaining("columns, expected 3")
                .satisfies(e -> assertThat(e.kind()).isEqualTo(FailureKind.TERMINAL));
    }
}
