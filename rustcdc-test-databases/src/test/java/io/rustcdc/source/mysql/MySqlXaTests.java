package io.rustcdc.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rustcdc.event.FailureKind;
import io.rustcdc.event.Offset;
import io.rustcdc.source.CollectingSink;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.SourceStream;
import io.rustcdc.source.StreamRequest;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** XA transactions that are prepared while one stream reads, and end while another does (MY-R3). */
class MySqlXaTests {

    static Stream<Arguments> positions() {
        return Stream.of(Flavor.values())
                .flatMap(flavor -> Stream.of(Arguments.of(flavor, true), Arguments.of(flavor, false)));
    }

    @ParameterizedTest(name = "{0}, by GTID: {1}")
    @MethodSource("positions")
    void rowsPreparedBeforeARestartArriveOnceWithTheirCommitMYR3(Flavor flavor, boolean gtid) {
        try (MySqlFixture shop = new MySqlFixture(flavor)) {
            Offset saved = prepared(shop, gtid);
            CollectingSink sink = new CollectingSink();
            try (SourceStream stream = open(shop, gtid, saved)) {
                shop.endPrepared("XA COMMIT 'one" + shop.serverId + "'");
                shop.insert(4, 4);
                shop.readUpToMark(stream, sink);
            }
            assertThat(sink.ids()).isEqualTo(List.of(1, 2, 4));
            // By its GTID the preparation is sent again, as a transaction of its own.
            int again = gtid && flavor == Flavor.MYSQL ? 1 : 0;
            assertThat(resumed(shop, gtid, sink.commits.get(again))).isEqualTo(List.of(4));
            assertThat(resumed(shop, gtid, sink.events.get(0).offset())).isEqualTo(List.of(2, 4));
            Offset end = sink.commits.get(sink.commits.size() - 1);
            assertThat(end.fields()).doesNotContainKey("xa_prepared_file");
            assertThat(resumed(shop, gtid, end)).isEmpty();
        }
    }

    @ParameterizedTest(name = "{0}, by GTID: {1}")
    @MethodSource("positions")
    void rowsPreparedBeforeARestartAndRolledBackNeverArriveMYR3(Flavor flavor, boolean gtid) {
        try (MySqlFixture shop = new MySqlFixture(flavor)) {
            Offset saved = prepared(shop, gtid);
            try (SourceStream stream = open(shop, gtid, saved)) {
                shop.endPrepared("XA ROLLBACK 'one" + shop.serverId + "'");
                shop.insert(4, 4);
                CollectingSink sink = shop.readUpToMark(stream, new CollectingSink());
                assertThat(sink.ids()).isEqualTo(List.of(4));
                assertThat(sink.commits.get(sink.commits.size() - 1).fields()).doesNotContainKey("xa_prepared_file");
            }
        }
    }

    @ParameterizedTest(name = "{0}, by GTID: {1}")
    @MethodSource("positions")
    void aCommitOfWhatWasPreparedBeforeTheFirstStartStopsTheSource(Flavor flavor, boolean gtid) {
        try (MySqlFixture shop = new MySqlFixture(flavor)) {
            prepare(shop);
            try (SourceStream stream = open(shop, gtid, null)) {
                shop.endPrepared("XA COMMIT 'one" + shop.serverId + "'");
                assertThatThrownBy(() -> MySqlFixture.readEvents(stream, new CollectingSink(), 1))
                        .isInstanceOfSatisfying(
                                SourceException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.TERMINAL))
                        .hasMessageContaining("XA COMMIT");
            }
        }
    }

    /** A position behind the preparation of rows 1 and 2 and the commit of row 3. */
    private static Offset prepared(MySqlFixture shop, boolean gtid) {
        CollectingSink sink = new CollectingSink();
        try (SourceStream stream = open(shop, gtid, null)) {
            prepare(shop);
            shop.insert(3, 3);
            shop.readUpToMark(stream, sink);
        }
        assertThat(sink.ids()).isEqualTo(List.of(3));
        Offset saved = sink.commits.get(sink.commits.size() - 1);
        assertThat(saved.fields()).containsKey("xa_prepared_file");
        return shop.connector().offsets().parse(saved.fields());
    }

    private static void prepare(MySqlFixture shop) {
        String id = "'one" + shop.serverId + "'";
        shop.database.sql(
                "XA START " + id, "INSERT INTO orders VALUES (1, 'a'), (2, 'b')", "XA END " + id, "XA PREPARE " + id);
    }

    private static List<Object> resumed(MySqlFixture shop, boolean gtid, Offset offset) {
        try (SourceStream stream = open(shop, gtid, offset)) {
            return shop.readUpToMark(stream, new CollectingSink()).ids().stream()
                    .filter(id -> (Integer) id > 0)
                    .toList();
        }
    }

    private static SourceStream open(MySqlFixture shop, boolean gtid, Offset offset) {
        MySqlOptions options = shop.options().gtidModeEnabled(gtid).build();
        return new MySqlConnector(options).open(offset == null ? StreamRequest.fresh() : StreamRequest.resume(offset));
    }
}
