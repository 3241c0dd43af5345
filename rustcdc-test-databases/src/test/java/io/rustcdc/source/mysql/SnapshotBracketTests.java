package io.rustcdc.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.event.Offset;
import io.rustcdc.source.CollectingSink;
import io.rustcdc.source.KeyRange;
import io.rustcdc.source.SnapshotChunk;
import io.rustcdc.source.SourceStream;
import io.rustcdc.source.StreamRequest;
import io.rustcdc.source.TransactionMark;
import io.rustcdc.test.databases.BinlogStatus;
import io.rustcdc.test.databases.MySqlDatabase;
import io.rustcdc.test.databases.MySqlServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What views show of transactions that are in the binlog and not committed yet: the servers wait for a replica that does not come, for
 * as long as the test wants.
 */
@TestInstance(Lifecycle.PER_CLASS)
class SnapshotBracketTests {

    /** A kind of server. */
    enum Kind {
        MYSQL(Flavor.MYSQL, "source", "plugin-load-add=semisync_source.so"),
        WITHOUT_GTIDS(
                Flavor.MYSQL,
                "source",
                "plugin-load-add=semisync_source.so",
                "gtid-mode=OFF",
                "enforce-gtid-consistency=OFF"),
        MARIADB(Flavor.MARIADB, "master");

        private final MySqlServer server;
        private final String role;

        Kind(Flavor flavor, String role, String... options) {
            this.role = role;
            this.server = MySqlServer.builder(flavor).options(options).start();
        }

        /** Commits go into the binlog and wait there. */
        void hold() {
            server.database("mysql")
                    .sql(
                            "SET GLOBAL rpl_semi_sync_%s_timeout = 600000".formatted(role),
                            "SET GLOBAL rpl_semi_sync_%s_wait_no_%s = ON"
                                    .formatted(role, role.equals("master") ? "slave" : "replica"),
                            "SET GLOBAL rpl_semi_sync_%s_wait_point = AFTER_SYNC".formatted(role),
                            "SET GLOBAL rpl_semi_sync_%s_enabled = ON".formatted(role));
        }

        void letGo() {
            server.database("mysql").sql("SET GLOBAL rpl_semi_sync_%s_enabled = OFF".formatted(role));
        }
    }

    static Stream<Kind> servers() {
        return Stream.of(Kind.values());
    }

    @AfterAll
    void endServers() {
        servers().forEach(kind -> kind.server.close());
    }

    private static MySqlDatabase database(Kind kind) {
        MySqlDatabase database = kind.server.createDatabase();
        database.sql("CREATE TABLE t (id int PRIMARY KEY)", "INSERT INTO t VALUES (1)");
        return database;
    }

    /** A statement whose commit waits; returns once it is in the binlog. */
    private static CompletableFuture<Void> commit(Kind kind, MySqlDatabase database, String sql) {
        BinlogStatus before = kind.server.binlogStatus();
        CompletableFuture<Void> commit = CompletableFuture.runAsync(() -> database.sql(sql));
        await().until(() -> {
            BinlogStatus now = kind.server.binlogStatus();
            // MariaDB writes there by itself, too: a while after a new file was begun, that it needs no older one.
            return now.position() > before.position()
                    && (kind != Kind.MARIADB || !now.gtids().equals(before.gtids()));
        });
        return commit;
    }

    @ParameterizedTest
    @MethodSource("servers")
    @DisplayName("MY-19, MY-R4: a first read waits for what is in the binlog and not visible yet")
    void firstReadWaits(Kind kind) throws Exception {
        try (MySqlDatabase database = database(kind)) {
            kind.hold();
            CompletableFuture<Void> commit = commit(kind, database, "INSERT INTO t VALUES (2)");
            try (SnapshotReading reading = new SnapshotReading(database)) {
                CompletableFuture<SnapshotChunk> read =
                        CompletableFuture.supplyAsync(() -> reading.read("t", KeyRange.all(), null, 10));
                await().during(Duration.ofMillis(300)).until(() -> !read.isDone());
                kind.letGo();
                assertThat(SnapshotReading.texts(read.get().rows(), "id")).containsExactly("1", "2");
                commit.get();
            }
        } finally {
            kind.letGo();
        }
    }

    @Test
    @DisplayName("MY-20: without GTIDs each read waits, since nothing tells what is visible meanwhile")
    void eachReadWaitsWithoutGtids() throws Exception {
        Kind kind = Kind.WITHOUT_GTIDS;
        try (MySqlDatabase database = database(kind);
                SnapshotReading reading = new SnapshotReading(database)) {
            reading.read("t", KeyRange.all(), null, 10);
            kind.hold();
            CompletableFuture<Void> commit = commit(kind, database, "INSERT INTO t VALUES (2)");
            CompletableFuture<SnapshotChunk> read =
                    CompletableFuture.supplyAsync(() -> reading.read("t", KeyRange.all(), null, 10));
            await().during(Duration.ofMillis(1500)).until(() -> !read.isDone());
            kind.letGo();
            assertThat(SnapshotReading.texts(read.get().rows(), "id")).containsExactly("1", "2");
            commit.get();
        } finally {
            kind.letGo();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"MYSQL", "MARIADB"})
    @DisplayName("MY-19: what is streamed and not visible is not included; what is visible is, and is awaited")
    void tellsWhatIsVisible(Kind kind) throws Exception {
        try (MySqlDatabase database = database(kind);
                SnapshotReading reading = new SnapshotReading(database)) {
            reading.read("t", KeyRange.all(), null, 10); // only the first one waits
            MySqlConnector connector =
                    new MySqlConnector(SnapshotReading.options(database).build());
            MarkingSink sink = new MarkingSink();
            try (SourceStream stream = connector.open(StreamRequest.fresh())) {
                kind.hold();
                CompletableFuture<Void> commit = commit(kind, database, "INSERT INTO t VALUES (2)");
                MySqlFixture.read(stream, sink, () -> sink.commits.size() == 1);
                SnapshotChunk without = reading.read("t", KeyRange.all(), null, 10);
                assertThat(SnapshotReading.texts(without.rows(), "id")).containsExactly("1");
                assertThat(without.watermark().includes(sink.marks.get(0))).isFalse();
                kind.letGo();
                commit.get();
                SnapshotChunk with = reading.read("t", KeyRange.all(), null, 10);
                assertThat(SnapshotReading.texts(with.rows(), "id")).containsExactly("1", "2");
                assertThat(with.watermark().includes(sink.marks.get(0))).isTrue();
                assertThat(with.watermark().isPassedBy(sink.marks.get(0))).isFalse();
                assertThat(with.watermark().isPassedBy(sink.commits.get(0))).isTrue();
            }
        } finally {
            kind.letGo();
        }
    }

    @ParameterizedTest
    @MethodSource("servers")
    @DisplayName("MY-08: an idle stream gets to the place of a view, also behind the end of a file")
    void idleStreamGetsThere(Kind kind) {
        try (MySqlDatabase database = database(kind);
                SnapshotReading reading = new SnapshotReading(database)) {
            MySqlConnector connector =
                    new MySqlConnector(SnapshotReading.options(database).build());
            MarkingSink sink = new MarkingSink();
            try (SourceStream stream = connector.open(StreamRequest.fresh())) {
                SnapshotChunk before = reading.read("t", KeyRange.all(), null, 10);
                assertThat(before.watermark().isPassedBy(stream.start())).isTrue();
                database.sql("FLUSH BINARY LOGS");
                SnapshotChunk behind = reading.read("t", KeyRange.all(), null, 10);
                assertThat(behind.watermark().isPassedBy(stream.start())).isFalse();
                await().until(() -> {
                    stream.askPosition();
                    stream.read(sink, Duration.ofMillis(50));
                    return sink.reached.stream()
                            .anyMatch(place -> behind.watermark().isPassedBy(place));
                });
            }
        }
    }

    /** Keeps marks and places, too. */
    private static final class MarkingSink extends CollectingSink {

        private final List<TransactionMark> marks = new ArrayList<>();
        private final List<Offset> reached = new ArrayList<>();

        @Override
        public void begin(TransactionMark transaction) {
            marks.add(transaction);
        }

        @Override
        public void idle(Offset position) {
            reached.add(position);
        }

        @Override
        public void reached(Offset position) {
            reached.add(position);
        }
    }
}
