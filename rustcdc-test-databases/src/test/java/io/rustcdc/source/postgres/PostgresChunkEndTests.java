package io.rustcdc.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.source.KeyRange;
import io.rustcdc.source.SnapshotBackend;
import io.rustcdc.source.SnapshotChunk;
import io.rustcdc.source.SnapshotReader;
import io.rustcdc.source.SnapshotTable;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Where a range of rows that is read in chunks ends. */
class PostgresChunkEndTests {

    private PostgresFixture shop;

    @BeforeEach
    void createDatabase() {
        shop = new PostgresFixture();
        shop.database.sql("INSERT INTO orders SELECT i, NULL FROM generate_series(1, 30) i");
        shop.openFresh().close(); // makes the publication
    }

    @AfterEach
    void dropDatabase() {
        shop.close();
    }

    @Test
    @DisplayName("SN-21: a bounded range that ends with a full chunk is over then, and no row of it is read again")
    void endsWithAFullChunk() {
        SnapshotBackend snapshots = shop.connector().snapshots();
        try (SnapshotReader reader = snapshots.open()) {
            SnapshotTable table = snapshots.tables().get(0);
            KeyRange range = new KeyRange(List.of("5"), List.of("15"));

            SnapshotChunk whole = reader.read(table, range, null, 10);
            assertThat(whole.rows()).hasSize(10);
            assertThat(whole.lastKey()).containsExactly("15");
            assertThat(whole.atEnd()).isTrue();

            SnapshotChunk half = reader.read(table, range, null, 5);
            assertThat(half.lastKey()).containsExactly("10");
            assertThat(half.atEnd()).isFalse();
        }
    }
}
