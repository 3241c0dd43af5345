package io.rustcdc.source.sqlserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ColumnTypeTests {

    @Test
    void namesTypesWithTheirModifiers() {
        assertThat(ColumnType.of("decimal", "decimal", 9, 12, 2).name()).isEqualTo("decimal(12,2)");
        assertThat(ColumnType.of("nvarchar", "nvarchar", 100, 0, 0).name()).isEqualTo("nvarchar(50)");
        assertThat(ColumnType.of("varchar", "varchar", 50, 0, 0).name()).isEqualTo("varchar(50)");
        assertThat(ColumnType.of("nvarchar", "nvarchar", -1, 0, 0).name()).isEqualTo("nvarchar(max)");
        assertThat(ColumnType.of("datetime2", "datetime2", 8, 27, 7).name()).isEqualTo("datetime2(7)");
        assertThat(ColumnType.of("binary", "timestamp", 8, 0, 0).name()).isEqualTo("rowversion");
    }

    @Test
    void textsHaveTheDigitsOfTheType() {
        LocalDateTime moment = LocalDateTime.of(2026, 7, 20, 12, 30, 0, 123_456_700);
        assertThat(text("datetime2", 7, moment)).isEqualTo("2026-07-20 12:30:00.1234567");
        assertThat(text("datetime2", 0, moment)).isEqualTo("2026-07-20 12:30:00");
        assertThat(text("datetime", 3, moment)).isEqualTo("2026-07-20 12:30:00.123");
        assertThat(text("time", 7, LocalTime.of(1, 2, 3, 100))).isEqualTo("01:02:03.0000001");
        assertThat(text("datetimeoffset", 2, OffsetDateTime.parse("2026-07-20T12:30:00.12-05:30")))
                .isEqualTo("2026-07-20 12:30:00.12 -05:30");
        assertThat(text("datetimeoffset", 0, OffsetDateTime.parse("2026-07-20T12:30:00Z")))
                .isEqualTo("2026-07-20 12:30:00 +00:00");
    }

    @Test
    void textsAreThoseOfTheServer() {
        assertThat(text("bit", 0, true)).isEqualTo("1");
        assertThat(text("money", 4, new BigDecimal("12345678901234.5670"))).isEqualTo("12345678901234.5670");
        assertThat(text("varbinary", 0, new byte[] {(byte) 0xde, 1})).isEqualTo("0xDE01");
        assertThat(text("uniqueidentifier", 0, UUID.fromString("123e4567-e89b-12d3-a456-42665544000f")))
                .isEqualTo("123E4567-E89B-12D3-A456-42665544000F");
    }

    @Test
    void typesWithoutAnOrderAreNoKeysToReadBy() {
        assertThat(ColumnType.of("int", "int", 4, 0, 0).comparable()).isTrue();
        assertThat(ColumnType.of("nvarchar", "nvarchar", 100, 0, 0).comparable())
                .isTrue();
        assertThat(ColumnType.of("hierarchyid", "hierarchyid", 892, 0, 0).comparable())
                .isFalse();
        assertThat(ColumnType.of("sql_variant", "sql_variant", 8016, 0, 0).comparable())
                .isFalse();
    }

    @Test
    void typesOfTheClrAreConvertedByTheServer() {
        assertThat(ColumnType.of("hierarchyid", "hierarchyid", 892, 0, 0).select("[h]"))
                .isEqualTo("CAST([h] AS nvarchar(4000))");
        assertThat(ColumnType.of("geography", "geography", -1, 0, 0).select("[g]"))
                .isEqualTo("CAST([g] AS varbinary(max))");
    }

    private static String text(String type, int scale, Object value) {
        ColumnType column = ColumnType.of(type, type, 50, 19, scale);
        return column.kind().text(value, column.digits());
    }
}
