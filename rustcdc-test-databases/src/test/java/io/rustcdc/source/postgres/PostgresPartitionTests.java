package io.rustcdc.source.postgres;

import static io.rustcdc.source.postgres.RowCapture.assumeVersion;
import static io.rustcdc.source.postgres.RowCapture.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.FailureKind;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.event.RowWrite;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.StreamRequest;
import io.rustcdc.source.TableFilter;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Which names, keys and images the changes of partitions have. */
class PostgresPartitionTests {

    private static final String ATTACH = "ALTER TABLE parts ATTACH PARTITION parts_new FOR VALUES FROM (300) TO (400)";

    private PostgresFixture shop;

    @BeforeEach
    void createDatabase() {
        shop = new PostgresFixture();
        shop.database.sql(
                "CREATE TABLE parts (id int PRIMARY KEY, email text NOT NULL, note text) PARTITION BY RANGE (id)",
                "CREATE TABLE parts_low PARTITION OF parts FOR VALUES FROM (0) TO (100)",
                "CREATE TABLE parts_high PARTITION OF parts FOR VALUES FROM (100) TO (200)",
                "INSERT INTO parts VALUES (1, 'a@x', NULL), (2, 'b@x', 'n'), (101, 'c@x', NULL)");
    }

    @AfterEach
    void dropDatabase() {
        shop.close();
    }

    @Nested
    @DisplayName("publish_via_partition_root = true")
    class ViaRoot {

        @Test
        void changesHaveTheNameOfTheTable() {
            try (RowCapture capture = RowCapture.of(shop, "public.parts")) {
                List<ChangeEvent<Row>> changes = capture.changes(
                        "INSERT INTO parts VALUES (3, 'd@x', 'n')",
                        "UPDATE parts_low SET note = 'm' WHERE id = 3",
                        "DELETE FROM parts WHERE id = 101");

                assertThat(changes)
                        .extracting(change -> change.table().toString())
                        .containsOnly("public.parts");
                assertThat(changes)
                        .extracting(ChangeEvent::key)
                        .containsExactly(key("id", 3), key("id", 3), key("id", 101));
                assertThat(changes.get(2).rowWrite()).isEqualTo(new RowWrite.Delete(key("id", 101)));
            }
        }

        @Test
        @DisplayName("A row that moves to another partition is deleted there and inserted here, as the server does it")
        void movedRowIsDeletedAndInserted() {
            try (RowCapture capture = RowCapture.of(shop, "public.parts")) {
                List<ChangeEvent<Row>> changes = capture.changes("UPDATE parts SET id = 150 WHERE id = 2");

                assertThat(changes)
                        .extracting(ChangeEvent::operation, ChangeEvent::key)
                        .containsExactly(
                                tuple(Operation.DELETE, key("id", 2)), tuple(Operation.INSERT, key("id", 150)));
                assertThat(changes.get(1).after().get("note")).isEqualTo("n");

                ChangeEvent<Row> within = capture.change("UPDATE parts SET id = 160 WHERE id = 150");
                assertThat(within.operation()).isEqualTo(Operation.UPDATE);
                assertThat(within.rowWrite())
                        .isEqualTo(new RowWrite.Replace(key("id", 160), key("id", 150), within.after()));
            }
        }

        @Test
        @DisplayName(
                "A partition attached while running belongs to the table from then on, whatever the order of its columns;"
                        + " a detached one no longer does")
        void attachedPartitionJoinsAndDetachedOneLeaves() {
            createTableToAttach();
            try (RowCapture capture = RowCapture.of(shop, "public.parts")) {
                capture.changes(ATTACH);
                assertAttached(capture);

                assertThat(capture.changes(
                                "ALTER TABLE parts DETACH PARTITION parts_low", "UPDATE parts_low SET note = 'unseen'"))
                        .isEmpty();
                assertThat(capture.changes("UPDATE parts SET note = 'seen' WHERE id = 301"))
                        .hasSize(1);
            }
        }

        @Test
        @DisplayName("A table that the server has passed over before it is attached: from 15 on it joins")
        void attachedPartitionThatHadChangesJoins() {
            assumeVersion(shop, 15, "attached tables that had changes before");
            createTableToAttach();
            try (RowCapture capture = RowCapture.of(shop, "public.parts")) {
                assertThat(capture.changes("UPDATE parts_new SET note = 'before'"))
                        .isEmpty();
                capture.changes(ATTACH);
                assertAttached(capture);
            }
        }

        @Test
        @DisplayName(
                "A table that the server has passed over before it is attached joins on any version when the publication"
                        + " is touched with it")
        void attachedPartitionThatHadChangesJoinsWithATouchedPublication() {
            createTableToAttach();
            try (RowCapture capture = RowCapture.of(shop, "public.parts")) {
                assertThat(capture.changes("UPDATE parts_new SET note = 'before'"))
                        .isEmpty();
                capture.changesInOneTransaction(
                        ATTACH, "ALTER PUBLICATION shop_cdc SET (publish_via_partition_root = true)");
                assertAttached(capture);
            }
        }

        private void createTableToAttach() {
            shop.database.sql(
                    "CREATE TABLE parts_new (gone int, note text, email text NOT NULL, id int PRIMARY KEY)",
                    "ALTER TABLE parts_new DROP COLUMN gone",
                    "INSERT INTO parts_new VALUES ('old', 'e@x', 300)");
        }

        private void assertAttached(RowCapture capture) {
            List<ChangeEvent<Row>> changes = capture.changes(
                    "INSERT INTO parts VALUES (301, 'f@x', 'after')", "UPDATE parts SET note = 'm' WHERE id = 300");
            assertThat(changes)
                    .extracting(
                            change -> change.table().toString(),
                            change -> change.after().get("id"))
                    .containsExactly(tuple("public.parts", 301), tuple("public.parts", 300));
            assertThat(changes.get(0).after().toMap())
                    .containsEntry("email", "f@x")
                    .containsEntry("note", "after");
        }

        @Test
        @DisplayName("The server sends a TRUNCATE of the table, and none of a single partition")
        void truncateOfTheTableArrives() {
            try (RowCapture capture = RowCapture.of(shop, "public.parts")) {
                assertThat(capture.changes("TRUNCATE parts_low")).isEmpty();

                ChangeEvent<Row> truncate = capture.change("TRUNCATE parts");
                assertThat(truncate.operation()).isEqualTo(Operation.TRUNCATE);
                assertThat(truncate.table()).hasToString("public.parts");
            }
        }

        @Test
        @DisplayName(
                "FULL on the table alone: the NULLs with which the server fills the old rows of its partitions are absent")
        void fillersOfAPartitionWithoutFullAreAbsent() {
            shop.database.sql("ALTER TABLE parts REPLICA IDENTITY FULL");
            try (RowCapture capture = RowCapture.of(shop, "public.parts")) {
                ChangeEvent<Row> gone = capture.change("DELETE FROM parts WHERE id = 2");

                assertThat(gone.before().toMap()).containsOnlyKeys("id");
                assertThat(gone.beforeKeyOnly()).isTrue();
                assertThat(gone.rowWrite()).isEqualTo(new RowWrite.Delete(key("id", 2)));
            }
        }

        @Test
        void fullOnTheTableAndItsPartitionsGivesWholeOldRows() {
            full("parts", "parts_low", "parts_high");
            try (RowCapture capture = RowCapture.of(shop, "public.parts")) {
                ChangeEvent<Row> gone = capture.change("DELETE FROM parts WHERE id = 1");

                assertThat(gone.before().isComplete()).isTrue();
                assertThat(gone.before().isNull(2)).isTrue();
                assertThat(gone.beforeKeyOnly()).isFalse();
            }
        }

        @Test
        @DisplayName("FULL on a partition alone: its old rows come as keys, as those of its table")
        void fullOnAPartitionAloneGivesTheKey() {
            full("parts_low");
            try (RowCapture capture = RowCapture.of(shop, "public.parts")) {
                ChangeEvent<Row> gone = capture.change("DELETE FROM parts WHERE id = 2");

                assertThat(gone.before().toMap()).containsOnlyKeys("id").containsEntry("id", 2);
                assertThat(gone.beforeKeyOnly()).isTrue();
            }
        }

        @Test
        @DisplayName("An index as the identity of a partition: the key that was not sent is absent, not NULL")
        void indexOnAPartitionGivesNoKey() {
            shop.database.sql(
                    "CREATE UNIQUE INDEX low_email ON parts_low (email)",
                    "ALTER TABLE parts_low REPLICA IDENTITY USING INDEX low_email");
            try (RowCapture capture = RowCapture.of(shop, "public.parts")) {
                ChangeEvent<Row> gone = capture.change("DELETE FROM parts WHERE id = 2");

                assertThat(gone.before().isPresent("id")).isFalse();
                assertThat(gone.before().isPresent("note")).isFalse();
                assertThat(gone.rowWrite()).isEqualTo(new RowWrite.None(RowWrite.Reason.MISSING_KEY));
            }
        }
    }

    @Nested
    @DisplayName("publish_via_partition_root = false")
    class UnderTheirOwnNames {

        @BeforeEach
        void publish() {
            shop.database.sql("CREATE PUBLICATION shop_cdc FOR TABLE parts WITH (publish_via_partition_root = false)");
        }

        @Test
        void changesHaveTheNamesOfThePartitions() {
            try (RowCapture capture = RowCapture.of(shop, "public.parts_*")) {
                List<ChangeEvent<Row>> changes = capture.changes(
                        "INSERT INTO parts VALUES (3, 'd@x', 'n'), (103, 'e@x', 'n')",
                        "UPDATE parts SET id = 150 WHERE id = 2",
                        "TRUNCATE parts_high");

                assertThat(changes)
                        .extracting(
                                ChangeEvent::operation, change -> change.table().name(), ChangeEvent::key)
                        .containsExactly(
                                tuple(Operation.INSERT, "parts_low", key("id", 3)),
                                tuple(Operation.INSERT, "parts_high", key("id", 103)),
                                tuple(Operation.DELETE, "parts_low", key("id", 2)),
                                tuple(Operation.INSERT, "parts_high", key("id", 150)),
                                tuple(Operation.TRUNCATE, "parts_high", null));
            }
        }

        @Test
        void onePartitionIsCapturedAlone() {
            try (RowCapture capture = RowCapture.of(shop, "public.parts_low")) {
                assertThat(capture.changes(
                                "INSERT INTO parts VALUES (3, 'd@x', 'n'), (103, 'e@x', 'n')", "TRUNCATE parts"))
                        .extracting(ChangeEvent::operation)
                        .containsExactly(Operation.INSERT, Operation.TRUNCATE);
            }
        }

        @Test
        @DisplayName("Each partition has its own replica identity and its own old rows")
        void eachPartitionHasItsOwnIdentity() {
            full("parts_low");
            try (RowCapture capture = RowCapture.of(shop, "public.parts_*")) {
                List<ChangeEvent<Row>> changes =
                        capture.changes("DELETE FROM parts WHERE id = 1", "DELETE FROM parts WHERE id = 101");

                assertThat(changes.get(0).before().isComplete()).isTrue();
                assertThat(changes.get(0).before().isNull(2)).isTrue();
                assertThat(changes.get(1).before().toMap()).containsOnlyKeys("id");
                assertThat(changes).extracting(ChangeEvent::key).containsExactly(key("id", 1), key("id", 101));
            }
        }

        @Test
        void theTableItselfIsRefusedWithTheRemedy() {
            SourceException refused = PostgresFixture.refused(
                    shop.options().tables(TableFilter.of("public.parts")), StreamRequest.fresh());

            assertThat(refused.kind()).isEqualTo(FailureKind.CONFIGURATION);
            assertThat(refused).hasMessageContaining("under the names of the partitions");
            assertThat(refused.action()).contains("SET (publish_via_partition_root = true);");
        }
    }

    @Test
    void aPartitionIsRefusedWhereChangesHaveTheNameOfTheTable() {
        SourceException refused = PostgresFixture.refused(
                shop.options().tables(TableFilter.of("public.parts", "public.parts_low")), StreamRequest.fresh());

        assertThat(refused.kind()).isEqualTo(FailureKind.CONFIGURATION);
        assertThat(refused)
                .hasMessageContaining("'public.parts_low' is a partition")
                .hasMessageContaining("partitioned table public.parts");
    }

    @Test
    @DisplayName("A partitioned table without a key: the remedy covers its partitions, which do not follow it")
    void theRemedyForAMissingIdentityCoversThePartitions() {
        shop.database.sql(
                "CREATE TABLE lines (id int, note text) PARTITION BY RANGE (id)",
                "CREATE TABLE lines_low PARTITION OF lines FOR VALUES FROM (0) TO (100)",
                "INSERT INTO lines VALUES (1, NULL)");
        PostgresOptions.Builder options = shop.options().tables(TableFilter.of("public.lines"));
        SourceException refused = PostgresFixture.refused(options, StreamRequest.fresh());
        assertThat(refused.kind()).isEqualTo(FailureKind.CONFIGURATION);

        shop.database.sql(Objects.requireNonNull(refused.remedy()).sql().toArray(String[]::new));

        try (RowCapture capture = RowCapture.of(shop, "public.lines")) {
            ChangeEvent<Row> change = capture.change("UPDATE lines SET note = 'n'");
            assertThat(change.before().isNull(1)).isTrue();
        }
    }

    private void full(String... tables) {
        for (String table : tables) {
            shop.database.sql("ALTER TABLE " + table + " REPLICA IDENTITY FULL");
        }
    }
}
