package io.rustcdc.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.rustcdc.event.AbsentColumnException;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.mysql.RowFixtures.Event;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rows of real servers. */
class RowsCursorTests {

    static Stream<String> servers() {
        return RowFixtures.SERVERS.stream();
    }

    @ParameterizedTest
    @MethodSource("servers") // MY-09, MY-10, MY-11, MY-12, MY-25
    void my25TextsAreThoseOfTheServer(String server) {
        RowsCursor rows = open(server, "insert");

        assertThat(rows.next()).isTrue();
        assertThat(rows.operation()).isEqualTo(Operation.INSERT);
        assertThat(rows.before(shape(server))).isNull();
        assertThat(texts(after(rows, server)))
                .containsExactly(
                        "18446744073709551615",
                        "key",
                        "-1",
                        "2155",
                        "4000000000",
                        "1.5",
                        "2.5",
                        "3.2500",
                        "513",
                        "abc",
                        "é",
                        "v",
                        "ü",
                        "6100000000",
                        "7879",
                        "text",
                        "626c6f62",
                        "b,'x",
                        "x,y",
                        "000000000101000000000000000000f03f0000000000000040",
                        server.startsWith("mysql") ? "{\"a\": [1, 2.5, \"x\", null]}" : "{\"a\":[1,2.5,\"x\",null]}",
                        "2024-01-10",
                        "-01:02:03.500",
                        "2024-01-02 03:04:05.600000",
                        "2024-01-01 00:00:00",
                        null);
        assertThat(rows.next()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("servers")
    void anUpdateHasBothImages(String server) {
        RowsCursor rows = open(server, "update");

        assertThat(rows.next()).isTrue();
        assertThat(rows.operation()).isEqualTo(Operation.UPDATE);
        assertThat(before(rows, server).get("a")).isEqualTo(-1);
        assertThat(before(rows, server).isNull(25)).isTrue();
        assertThat(after(rows, server).get("a")).isEqualTo(5);
        assertThat(after(rows, server).get("n")).isEqualTo(7);
        assertThat(after(rows, server).get("ts")).isEqualTo(before(rows, server).get("ts"));
        assertThat(rows.next()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("servers")
    void columnsThatWereNotSentAreAbsentAndNotNull(String server) {
        RowsCursor rows = open(server, "minimal-update");

        assertThat(rows.next()).isTrue();
        Row before = before(rows, server);
        Row after = after(rows, server);
        assertThat(before.toMap()).containsOnlyKeys("id", "part").containsEntry("part", "key");
        assertThat(after.toMap()).containsOnlyKeys("a").containsEntry("a", 6);
        assertThat(after.isPresent(0)).isFalse();
        assertThat(after.isNull(0)).isFalse();
        assertThatExceptionOfType(AbsentColumnException.class)
                .isThrownBy(() -> after.value(0))
                .withMessageContaining("'id'");
    }

    @ParameterizedTest
    @MethodSource("servers")
    void aDeleteHasTheOldImageOnly(String server) {
        RowsCursor rows = open(server, "minimal-delete");

        assertThat(rows.next()).isTrue();
        assertThat(rows.operation()).isEqualTo(Operation.DELETE);
        assertThat(before(rows, server).toMap()).containsOnlyKeys("id", "part");
        assertThat(rows.after(shape(server))).isNull();
    }

    @Test
    void rowsAreCountedWithoutKnowingTheTable() {
        Event event = RowFixtures.event("mariadb.no_log", "update");
        RowsCursor rows = event.open(RowFixtures.map("mariadb.no_log"));

        assertThat(RowsCursor.tableId(event.body(), 0, event.body().length))
                .isEqualTo(rows.map().id());
        assertThat(rows.next()).isTrue();
        assertThat(rows.bytes()).isEqualTo(event.body().length - 6 - 2 - 1 - 2 * 4);
        assertThat(rows.next()).isFalse();
    }

    @Test
    void rowsOfAnotherMapAreRefused() {
        assertThatExceptionOfType(SourceException.class)
                .isThrownBy(() -> RowFixtures.event("mysql.full", "insert").open(RowFixtures.map("mysql.minimal")))
                .withMessageContaining("'g.t8'");
    }

    @Test // MY-24
    void my24PartsOfJsonDocumentsAreRefusedWithTheRemedy() {
        Event event = RowFixtures.event("mysql.full", "update");

        assertThatExceptionOfType(SourceException.class)
                .isThrownBy(
                        () -> RowsCursor.open(39, RowFixtures.map("mysql.full"), event.body(), 0, event.body().length))
                .satisfies(e -> assertThat(e.action()).contains("binlog_row_value_options=''"));
    }

    private static RowsCursor open(String server, String change) {
        return RowFixtures.event(server, change).open(RowFixtures.map(server));
    }

    private static RowShape shape(String server) {
        return RowFixtures.description(server).shape();
    }

    private static Row before(RowsCursor rows, String server) {
        return Objects.requireNonNull(rows.before(shape(server)));
    }

    private static Row after(RowsCursor rows, String server) {
        return Objects.requireNonNull(rows.after(shape(server)));
    }

    private static List<@Nullable String> texts(Row row) {
        return IntStream.range(0, row.columns().size()).mapToObj(row::text).toList();
    }
}
