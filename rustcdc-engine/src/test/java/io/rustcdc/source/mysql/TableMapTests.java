package io.rustcdc.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.rustcdc.event.FailureKind;
import io.rustcdc.schema.ColumnSchema;
import io.rustcdc.source.SourceException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What table maps of real servers tell, and what the catalog adds. */
class TableMapTests {

    static Stream<String> servers() {
        return RowFixtures.SERVERS.stream();
    }

    @ParameterizedTest
    @MethodSource("servers")
    void namesAndTypesAreTheSameWhoeverTellsThem(String server) {
        TableDescription described = RowFixtures.description(server);

        assertThat(described.schema().table().qualifiedName()).isEqualTo("g.t8");
        assertThat(described.schema().key()).containsExactly("part", "id");
        assertThat(described.schema().columns())
                .extracting(ColumnSchema::name, ColumnSchema::type)
                .extracting(tuple -> String.join(
                        " ", tuple.toList().stream().map(String::valueOf).toList()))
                .containsExactly(
                        "id bigint unsigned",
                        "part varchar(20)",
                        "a tinyint",
                        "y year",
                        "b int unsigned",
                        "f float",
                        "d double",
                        "de decimal(20,4) unsigned",
                        "bi bit(10)",
                        "c1 char(10)",
                        "c2 char(255)",
                        "v1 varchar(255)",
                        "v2 varchar(10)",
                        "bn binary(5)",
                        "vb varbinary(300)",
                        "tx text",
                        "bl blob",
                        "e enum('a','b,''x')",
                        "s set('x','y')",
                        "g point",
                        server.startsWith("mysql") ? "j json" : "j longtext",
                        "dt date",
                        "ti time(3)",
                        "dtm datetime(6)",
                        "ts timestamp",
                        "n int");
    }

    @ParameterizedTest
    @MethodSource("servers")
    void theCatalogDescribesCellsInTheSameWords(String server) {
        assertThat(RowFixtures.describer(server)
                        .describe(RowFixtures.catalog(server))
                        .schema())
                .isEqualTo(RowFixtures.description(server).schema());
    }

    @Test
    void theCatalogIsAskedWhereTheLogLeavesSomethingOpen() {
        assertThat(RowFixtures.SERVERS)
                .filteredOn(server -> RowFixtures.describer(server).needsCatalog(RowFixtures.map(server)))
                .containsExactly("mysql.minimal", "mariadb.no_log");
    }

    @Test
    void mariaDbLogsUuidsAsBytesSoTheCatalogIsAsked() {
        TableMap map = decode("fe", "fe10", "0101 3f", "0402 0175"); // a column of BINARY(16) named u

        assertThat(new TableDescriber(Flavor.MARIADB, RowFixtures.COLLATIONS).needsCatalog(map))
                .isTrue();
        assertThat(new TableDescriber(Flavor.MYSQL, RowFixtures.COLLATIONS).needsCatalog(map))
                .isFalse();
    }

    @Test
    void whatTheServerTellsBeyondWhatIsKnownIsSteppedOver() {
        TableMap map = decode("03", "", "7f03 010203", "0402 0161");

        assertThat(describe(map).schema().columns()).containsExactly(new ColumnSchema("a", "int"));
    }

    @Test
    void oneCharsetForAllColumnsAndExceptions() {
        TableMap map = decode("0f0ffc", "0a000a0002", "0203 2d 01 08", "0406 0161 0162 0163");

        assertThat(describe(map).schema().columns())
                .extracting(ColumnSchema::type)
                .containsExactly("varchar(2)", "varchar(10)", "text");
    }

    @Test
    void aCollationThatNobodyKnowsIsNamedWithItsColumn() {
        TableMap map = decode("0f", "0a00", "0301 c8", "0402 0161");

        assertThatExceptionOfType(SourceException.class)
                .isThrownBy(() -> describe(map))
                .withMessageContaining("'a'")
                .withMessageContaining("collation 200")
                .satisfies(e -> assertThat(e.kind()).isEqualTo(FailureKind.TERMINAL));
    }

    @Test
    void anUnknownTypeIsTold() {
        assertThatExceptionOfType(SourceException.class)
                .isThrownBy(() -> decode("c8", "", "", ""))
                .withMessageContaining("type 200");
    }

    @ParameterizedTest
    @MethodSource("servers")
    void aCatalogOfOtherColumnsIsNotBelieved(String server) {
        CatalogTable table = RowFixtures.catalog(server);
        TableMap map = RowFixtures.map(server);
        List<CatalogColumn> fewer = table.columns().subList(1, table.columns().size());
        List<CatalogColumn> wider = new ArrayList<>(table.columns());
        wider.set(1, RowFixtures.text("part", "varchar", "varchar(21)", "utf8mb4", 84));

        if (!server.endsWith("full")) {
            refused(server, map, fewer, "the rows have 26 columns, information_schema has 25");
            refused(server, map, wider, "column 2, 'part'");
        }
    }

    private static void refused(String server, TableMap map, List<CatalogColumn> columns, String told) {
        CatalogTable table = new CatalogTable(map.table(), columns, List.of(), 0);
        assertThatExceptionOfType(SourceException.class)
                .isThrownBy(() -> RowFixtures.describer(server).describe(map, table))
                .withMessageContaining("'g.t8'")
                .withMessageContaining(told)
                .satisfies(e -> assertThat(e.action()).contains("SET GLOBAL binlog_row_metadata=FULL"));
    }

    private static TableDescription describe(TableMap map) {
        return new TableDescriber(Flavor.MYSQL, RowFixtures.COLLATIONS).describe(map, null);
    }

    /** The map of table d.t with these types, their metadata, and two fields of what is told beside. */
    private static TableMap decode(String types, String metas, String first, String second) {
        int count = types.length() / 2;
        String hex = "010000000000 0000 0164 00 0174 00"
                + "%02x%s%02x%s".formatted(count, types, metas.length() / 2, metas)
                + "00".repeat((count + 7) / 8) + first + second;
        byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
        return TableMap.decode(bytes, 0, bytes.length);
    }
}
