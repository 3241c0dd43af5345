package io.rustcdc.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.event.FailureKind;
import io.rustcdc.event.Offset;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.SourceStream;
import io.rustcdc.source.StreamRequest;
import io.rustcdc.test.databases.PostgresServer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** States of a server that need one of its own. */
class PostgresServerStateTests {

    @Test
    @DisplayName("PG-R7: wal_level = replica is refused with the SQL that mends it")
    void walLevelReplicaIsRefused() {
        try (PostgresServer server =
                PostgresServer.builder().setting("wal_level", "replica").start()) {
            PostgresFixture shop = new PostgresFixture(server.createDatabase());

            SourceException refused = shop.refused(StreamRequest.fresh());

            assertThat(refused.kind()).isEqualTo(FailureKind.CONFIGURATION);
            assertThat(refused).hasMessageContaining("wal_level = replica");
            assertThat(refused.action()).contains("ALTER SYSTEM SET wal_level = 'logical'");
            assertThat(shop.database.query("SELECT pubname FROM pg_publication"))
                    .isEmpty();
        }
    }

    @Test
    @DisplayName(
            "PG-R7: a slot whose log was removed is a lost position; a killed server loses nothing that was committed")
    void invalidatedSlotIsTerminal() {
        try (PostgresServer server = PostgresServer.builder()
                .setting("max_slot_wal_keep_size", "1MB")
                .setting("min_wal_size", "32MB")
                .start()) {
            PostgresFixture shop = new PostgresFixture(server.createDatabase());
            CollectingSink sink = new CollectingSink();
            Offset saved;
            try (SourceStream stream = shop.openFresh()) {
                saved = stream.start();
            }
            shop.insert(1, 3);
            server.kill();
            assertThat(shop.refused(StreamRequest.resume(saved)).kind()).isEqualTo(FailureKind.TRANSIENT);
            server.start();
            try (SourceStream stream = shop.resume(saved)) {
                PostgresFixture.readCommits(stream, sink, 1);
            }
            assertThat(sink.ids()).containsExactly(1, 2, 3);

            for (int segment = 0; segment < 4; segment++) {
                shop.database.sql("CREATE TABLE filler AS SELECT 1", "DROP TABLE filler", "SELECT pg_switch_wal()");
            }
            shop.database.sql("CHECKPOINT");
            SourceException refused = shop.refused(StreamRequest.resume(saved));

            assertThat(refused.kind()).isEqualTo(FailureKind.POSITION_LOST);
            assertThat(refused).hasMessageContaining("divergence").hasMessageContaining("invalidated");
        }
    }
}
