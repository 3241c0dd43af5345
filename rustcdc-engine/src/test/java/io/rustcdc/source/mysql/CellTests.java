package io.rustcdc.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.event.Row;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Cells of a SELECT, and constants that compare with columns. */
class CellTests {

    private final RowShape shape = RowFixtures.description("mysql.full").shape();

    @ParameterizedTest
    @CsvSource({
        "id, CAST(`id` AS CHAR), 18446744073709551615, 18446744073709551615",
        "f, CAST(`f` * 1e0 AS CHAR), 0.1, 10000000149011612e-17",
        "v2, `v2`, ü, _latin1 X'fc'",
        "vb, `vb`, 7879, X'7879'",
        "e, CAST(`e` AS BINARY), a, 1",
        "s, CAST(`s` AS BINARY), 'x,y', 3",
        "bi, CAST(CAST(`bi` AS UNSIGNED) AS CHAR), 513, 513",
        "dt, CAST(`dt` AS CHAR), 2024-00-10, '''2024-00-10'''",
        "ti, CAST(`ti` AS CHAR), -01:02:03.500, '''-01:02:03.500'''"
    })
    void expressionsAndConstants(String column, String select, String text, String literal) {
        ColumnCodec codec = shape.codec(shape.columns().indexOf(column));

        assertThat(codec.select(Sql.quoted(column))).isEqualTo(select);
        assertThat(codec.literal(text)).isEqualTo(literal);
    }

    @Test
    void aNullCellIsNullAndPresent() {
        byte[][] cells = new byte[shape.columns().size()][];
        cells[1] = "key".getBytes(StandardCharsets.UTF_8);
        Row row = new CellRow(shape, cells);

        assertThat(row.isPresent(0)).isTrue();
        assertThat(row.isNull(0)).isTrue();
        assertThat(row.value(0)).isNull();
        assertThat(row.text(0)).isNull();
        assertThat(row.get("part")).isEqualTo("key");
        assertThat(row.toString()).doesNotContain("key=").contains("part");
        assertThat(row.isComplete()).isTrue();
    }
}
