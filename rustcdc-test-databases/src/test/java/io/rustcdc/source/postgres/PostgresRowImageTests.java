package io.rustcdc.source.postgres;

import static io.rustcdc.source.postgres.RowCapture.LARGE;
import static io.rustcdc.source.postgres.RowCapture.assertAbsent;
import static io.rustcdc.source.postgres.RowCapture.key;
import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.event.RowWrite;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What a real server sends of a row under each replica identity, and that nothing is made up for what it does not send. */
class PostgresRowImageTests {

    private PostgresFixture shop;

    @BeforeEach
    void createDatabase() {
        shop = new PostgresFixture();
        shop.database.sql(
                "CREATE TABLE docs (id int PRIMARY KEY, email text NOT NULL, note text, body text)",
                "CREATE UNIQUE INDEX docs_email ON docs (email)",
                "INSERT INTO docs VALUES (1, 'a@x', NULL, %s), (2, 'b@x', NULL, %s)".formatted(LARGE, LARGE));
    }

    @AfterEach
    void dropDatabase() {
        shop.close();
    }

    @Nested
    class Default {

        @Test
        @DisplayName("PG-18, PG-R2: an ordinary update has no before; an untouched large value is absent, not NULL")
        void untouchedLargeValueIsAbsent() {
            try (RowCapture capture = capture("DEFAULT")) {
                ChangeEvent<Row> change = capture.change("UPDATE docs SET note = 'n' WHERE id = 1");

                assertThat(change.before()).isNull();
                assertAbsent(change.after(), "body");
                assertThat(change.rowWrite()).isEqualTo(new RowWrite.Merge(key("id", 1), null, change.after()));

                ChangeEvent<Row> small = capture.change("UPDATE docs SET body = NULL WHERE id = 1");
                assertThat(small.after().isNull(3)).isTrue();
                assertThat(small.before()).isNull();
                assertThat(small.rowWrite()).isEqualTo(new RowWrite.Replace(key("id", 1), null, small.after()));
            }
        }

        @Test
        @DisplayName("PG-R5: a changed key comes with the old key alone")
        void changedKeyComesWithTheOldKey() {
            try (RowCapture capture = capture("DEFAULT")) {
                ChangeEvent<Row> moved = capture.change("UPDATE docs SET id = 10, body = 'short' WHERE id = 1");

                assertThat(moved.beforeKeyOnly()).isTrue();
                assertThat(moved.before().toMap()).containsOnlyKeys("id").containsEntry("id", 1);
                assertThat(moved.rowWrite())
                        .isEqualTo(new RowWrite.Replace(key("id", 10), key("id", 1), moved.after()));

                ChangeEvent<Row> kept = capture.change("UPDATE docs SET id = 20 WHERE id = 2");
                assertAbsent(kept.after(), "body");
                assertThat(kept.rowWrite()).isEqualTo(new RowWrite.Merge(key("id", 20), key("id", 2), kept.after()));
            }
        }

        @Test
        void deleteHasTheKeyAlone() {
            try (RowCapture capture = capture("DEFAULT")) {
                ChangeEvent<Row> gone = capture.change("DELETE FROM docs WHERE id = 1");

                assertThat(gone.beforeKeyOnly()).isTrue();
                assertThat(gone.before().toMap()).containsOnlyKeys("id");
                assertThat(gone.rowWrite()).isEqualTo(new RowWrite.Delete(key("id", 1)));
            }
        }
    }

    @Nested
    class Full {

        @Test
        @DisplayName(
                "PG-13, PG-15, PG-21: under FULL the untouched large value is in the before image only; the key is the"
                        + " primary key")
        void untouchedLargeValueIsInTheBeforeImageOnly() {
            try (RowCapture capture = capture("FULL")) {
                ChangeEvent<Row> change = capture.change("UPDATE docs SET note = 'n' WHERE id = 1");

                assertThat(change.beforeKeyOnly()).isFalse();
                assertThat(change.before().isComplete()).isTrue();
                assertThat((String) change.before().get("body")).hasSize(64_000);
                assertThat(change.before().isNull(2)).isTrue();
                assertAbsent(change.after(), "body");
                assertThat(change.key()).isEqualTo(key("id", 1));
                assertThat(change.rowWrite()).isEqualTo(new RowWrite.Merge(key("id", 1), null, change.after()));
            }
        }

        @Test
        @DisplayName("PG-19: a changed large value is present before and after")
        void changedLargeValueIsPresent() {
            try (RowCapture capture = capture("FULL")) {
                ChangeEvent<Row> change = capture.change("UPDATE docs SET body = body || 'x' WHERE id = 1");

                assertThat((String) change.before().get("body")).hasSize(64_000);
                assertThat((String) change.after().get("body")).hasSize(64_001);
                assertThat(change.rowWrite()).isEqualTo(new RowWrite.Replace(key("id", 1), null, change.after()));
            }
        }

        @Test
        @DisplayName("PG-20: a delete under FULL has the whole row, large value and NULL included")
        void deleteHasTheWholeRow() {
            try (RowCapture capture = capture("FULL")) {
                ChangeEvent<Row> gone = capture.change("DELETE FROM docs WHERE id = 1");

                assertThat(gone.beforeKeyOnly()).isFalse();
                assertThat(gone.before().isComplete()).isTrue();
                assertThat((String) gone.before().get("body")).hasSize(64_000);
                assertThat(gone.before().isNull(2)).isTrue();
                assertThat(gone.rowWrite()).isEqualTo(new RowWrite.Delete(key("id", 1)));
            }
        }

        @Test
        void changedKeyComesWithTheWholeOldRow() {
            try (RowCapture capture = capture("FULL")) {
                ChangeEvent<Row> moved = capture.change("UPDATE docs SET id = 10 WHERE id = 1");

                assertThat(moved.before().isComplete()).isTrue();
                assertThat(moved.rowWrite()).isEqualTo(new RowWrite.Merge(key("id", 10), key("id", 1), moved.after()));
            }
        }

        @Test
        @DisplayName("PG-14: FULL without a primary key has no key; a delete carries the whole row and no write")
        void withoutPrimaryKeyThereIsNoKey() {
            shop.database.sql(
                    "CREATE TABLE log (line text, at int)",
                    "ALTER TABLE log REPLICA IDENTITY FULL",
                    "INSERT INTO log VALUES ('a', NULL)");
            try (RowCapture capture = RowCapture.of(shop, "public.log")) {
                List<ChangeEvent<Row>> changes = capture.changes(
                        "INSERT INTO log VALUES ('b', 2)", "UPDATE log SET at = 1 WHERE line = 'a'", "DELETE FROM log");

                assertThat(changes).allSatisfy(change -> {
                    assertThat(change.key()).isNull();
                });
                assertThat(changes.get(0).rowWrite())
                        .isEqualTo(
                                new RowWrite.Replace(null, null, changes.get(0).after()));
                assertThat(changes.get(1).rowWrite()).isEqualTo(new RowWrite.None(RowWrite.Reason.MISSING_KEY));
                assertThat(changes.get(1).before().isNull(1)).isTrue();
                assertThat(changes.get(2).before().isComplete()).isTrue();
                assertThat(changes.get(2).rowWrite()).isEqualTo(new RowWrite.None(RowWrite.Reason.MISSING_KEY));
            }
        }
    }

    @Nested
    class Index {

        @Test
        @DisplayName("Under INDEX the key of an event is the primary key, where the server sends it")
        void theKeyIsThePrimaryKey() {
            try (RowCapture capture = capture("USING INDEX docs_email")) {
                ChangeEvent<Row> change = capture.change("UPDATE docs SET note = 'n' WHERE id = 1");

                assertThat(change.before()).isNull();
                assertThat(change.after().columns().key()).containsExactly("id");
                assertThat(change.rowWrite()).isEqualTo(new RowWrite.Merge(key("id", 1), null, change.after()));

                ChangeEvent<Row> renamed = capture.change("UPDATE docs SET email = 'c@x' WHERE id = 1");
                assertThat(renamed.before().toMap()).containsOnlyKeys("email").containsEntry("email", "a@x");
                assertThat(renamed.key()).isEqualTo(key("id", 1));
            }
        }

        @Test
        @DisplayName("Under INDEX a delete carries the index columns only: no key, and no write that guesses one")
        void deleteHasNoKey() {
            try (RowCapture capture = capture("USING INDEX docs_email")) {
                ChangeEvent<Row> gone = capture.change("DELETE FROM docs WHERE id = 1");

                assertThat(gone.before().toMap()).containsOnlyKeys("email");
                assertThat(gone.key()).isNull();
                assertThat(gone.rowWrite()).isEqualTo(new RowWrite.None(RowWrite.Reason.MISSING_KEY));
            }
        }

        @Test
        void anIndexWithTheKeyInItGivesTheKeyToDeletes() {
            shop.database.sql("CREATE UNIQUE INDEX docs_both ON docs (email, id)");
            try (RowCapture capture = capture("USING INDEX docs_both")) {
                ChangeEvent<Row> gone = capture.change("DELETE FROM docs WHERE id = 1");

                assertThat(gone.before().toMap()).containsOnlyKeys("id", "email");
                assertThat(gone.rowWrite()).isEqualTo(new RowWrite.Delete(key("id", 1)));
            }
        }
    }

    @Test
    @DisplayName("Under NOTHING only inserts arrive, with the primary key")
    void underNothingInsertsArriveWithTheirKey() {
        shop.database.sql(
                "ALTER TABLE docs REPLICA IDENTITY NOTHING",
                "CREATE PUBLICATION shop_cdc FOR TABLE docs WITH (publish = 'insert, truncate')");
        try (RowCapture capture = RowCapture.of(shop, "public.docs")) {
            List<ChangeEvent<Row>> changes = capture.changes(
                    "INSERT INTO docs VALUES (3, 'c@x', 'n', 'b')",
                    "UPDATE docs SET note = 'm'",
                    "DELETE FROM docs WHERE id = 1",
                    "TRUNCATE docs");

            assertThat(changes)
                    .extracting(ChangeEvent::operation)
                    .containsExactly(Operation.INSERT, Operation.TRUNCATE);
            assertThat(changes.get(0).rowWrite())
                    .isEqualTo(new RowWrite.Replace(
                            key("id", 3), null, changes.get(0).after()));
        }
    }

    @Test
    @DisplayName("PG-39: a TRUNCATE of several tables is one event for each captured table, in one transaction")
    void truncateOfSeveralTablesIsOneEventEach() {
        shop.database.sql("CREATE TABLE secret (id int PRIMARY KEY)", "CREATE TABLE lines (id int PRIMARY KEY)");
        shop.database.sql("CREATE PUBLICATION shop_cdc FOR TABLE docs, secret, lines, orders");
        try (RowCapture capture = RowCapture.of(shop, "public.docs", "public.lines")) {
            List<ChangeEvent<Row>> changes = capture.changes("TRUNCATE docs, secret, lines");

            assertThat(changes).extracting(ChangeEvent::operation).containsOnly(Operation.TRUNCATE);
            assertThat(changes).extracting(change -> change.table().name()).containsExactlyInAnyOrder("docs", "lines");
            assertThat(changes)
                    .extracting(change -> change.transaction().id())
                    .hasSize(2)
                    .containsOnly(changes.get(0).transaction().id());
            assertThat(changes)
                    .allSatisfy(change -> assertThat(change.rowWrite()).isEqualTo(new RowWrite.Truncate()));
        }
    }

    private RowCapture capture(String identity) {
        shop.database.sql("ALTER TABLE docs REPLICA IDENTITY " + identity);
        return RowCapture.of(shop, "public.docs");
    }
}
