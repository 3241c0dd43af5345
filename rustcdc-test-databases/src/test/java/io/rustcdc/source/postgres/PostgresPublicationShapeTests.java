package io.rustcdc.source.postgres;

import static io.rustcdc.source.postgres.RowCapture.LARGE;
import static io.rustcdc.source.postgres.RowCapture.assertAbsent;
import static io.rustcdc.source.postgres.RowCapture.assumeVersion;
import static io.rustcdc.source.postgres.RowCapture.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.event.RowWrite;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Publications that the user made: some columns, some rows, some operations. */
class PostgresPublicationShapeTests {

    private PostgresFixture shop;

    @BeforeEach
    void createDatabase() {
        shop = new PostgresFixture();
        shop.database.sql(
                "CREATE TABLE people (id int PRIMARY KEY, region text NOT NULL, secret text, body text)",
                "INSERT INTO people VALUES (1, 'eu', 's1', %s), (2, 'us', 's2', %s)".formatted(LARGE, LARGE));
    }

    @AfterEach
    void dropDatabase() {
        shop.close();
    }

    @Test
    @DisplayName(
            "Columns that a column list leaves out are no columns of the events; the rows are complete without them")
    void columnListNarrowsTheRow() {
        assumeVersion(shop, 15, "column lists");
        publish("people (id, region)");
        try (RowCapture capture = people()) {
            List<ChangeEvent<Row>> changes = capture.changes(
                    "INSERT INTO people VALUES (3, 'eu', 's3', 'b')",
                    "UPDATE people SET secret = 'other' WHERE id = 1",
                    "DELETE FROM people WHERE id = 2");

            assertThat(changes).extracting(ChangeEvent::key).containsExactly(key("id", 3), key("id", 1), key("id", 2));
            assertThat(changes.get(0).after().columns().names()).containsExactly("id", "region");
            assertThat(changes.get(1).rowWrite())
                    .isEqualTo(new RowWrite.Replace(
                            key("id", 1), null, changes.get(1).after()));
        }
    }

    @Test
    @DisplayName("A column list without the key: inserts arrive without a key, and no half key is made of the rest")
    void columnListWithoutTheKeyGivesNoKey() {
        assumeVersion(shop, 15, "column lists");
        shop.database.sql("ALTER TABLE people DROP CONSTRAINT people_pkey, ADD PRIMARY KEY (region, id)");
        shop.database.sql("CREATE PUBLICATION shop_cdc FOR TABLE people (region, secret) WITH (publish = 'insert')");
        try (RowCapture capture = people()) {
            ChangeEvent<Row> change = capture.change("INSERT INTO people VALUES (3, 'eu', 's3', 'b')");

            assertThat(change.after().columns().names()).containsExactly("region", "secret");
            assertThat(change.after().columns().key()).isEmpty();
            assertThat(change.rowWrite()).isEqualTo(new RowWrite.Replace(null, null, change.after()));
        }
    }

    @Test
    @DisplayName("A column list changed while running is a change of shape")
    void changedColumnListIsAChangeOfShape() {
        assumeVersion(shop, 15, "column lists");
        publish("people (id, region)");
        try (RowCapture capture = people()) {
            capture.change("INSERT INTO people VALUES (3, 'eu', 's3', 'b')");
            List<ChangeEvent<Row>> changes = capture.changes(
                    "ALTER PUBLICATION shop_cdc SET TABLE people (id, region, secret)",
                    "INSERT INTO people VALUES (4, 'eu', 's4', 'b')");

            assertThat(changes)
                    .extracting(ChangeEvent::operation)
                    .containsExactly(Operation.SCHEMA_CHANGE, Operation.INSERT);
            assertThat(changes.get(0).after().get("added")).isEqualTo(List.of("secret"));
            assertThat(changes.get(1).after().get("secret")).isEqualTo("s4");
        }
    }

    @Test
    @DisplayName(
            "An update that moves a row out of a row filter arrives as a delete, one that moves it in as an insert")
    void rowFilterTurnsUpdatesIntoDeletesAndInserts() {
        assumeVersion(shop, 15, "row filters");
        shop.database.sql("ALTER TABLE people REPLICA IDENTITY FULL");
        publish("people WHERE (region = 'eu')");
        try (RowCapture capture = people()) {
            List<ChangeEvent<Row>> changes = capture.changes(
                    "UPDATE people SET region = 'us' WHERE id = 1",
                    "UPDATE people SET region = 'eu' WHERE id = 2",
                    "UPDATE people SET secret = 'x' WHERE id = 1",
                    "UPDATE people SET secret = 'y' WHERE id = 2");

            assertThat(changes)
                    .extracting(ChangeEvent::operation, ChangeEvent::key)
                    .containsExactly(
                            tuple(Operation.DELETE, key("id", 1)),
                            tuple(Operation.INSERT, key("id", 2)),
                            tuple(Operation.UPDATE, key("id", 2)));
            assertThat(changes.get(0).before().get("region")).isEqualTo("eu");
            assertThat((String) changes.get(1).after().get("body"))
                    .as("the server completes the row from its old one")
                    .hasSize(64_000);
            assertAbsent(changes.get(2).after(), "body");
        }
    }

    @Test
    @DisplayName(
            "A key that moves a row into a row filter under DEFAULT: an insert whose untouched large value is absent")
    void rowMovedIntoTheFilterMayLackItsLargeValue() {
        assumeVersion(shop, 15, "row filters");
        publish("people WHERE (id < 100)");
        shop.database.sql("INSERT INTO people VALUES (101, 'eu', 's', %s)".formatted(LARGE));
        try (RowCapture capture = people()) {
            List<ChangeEvent<Row>> changes = capture.changes(
                    "UPDATE people SET id = 50 WHERE id = 101", "UPDATE people SET id = 102 WHERE id = 1");

            assertThat(changes)
                    .extracting(ChangeEvent::operation, ChangeEvent::key)
                    .containsExactly(tuple(Operation.INSERT, key("id", 50)), tuple(Operation.DELETE, key("id", 1)));
            assertAbsent(changes.get(0).after(), "body");
            assertThat(changes.get(0).rowWrite())
                    .isEqualTo(new RowWrite.Merge(
                            key("id", 50), null, changes.get(0).after()));
        }
    }

    @Test
    void publicationOfSomeOperationsSendsThoseOnly() {
        shop.database.sql("CREATE PUBLICATION shop_cdc FOR TABLE people WITH (publish = 'insert, delete')");
        try (RowCapture capture = people()) {
            List<ChangeEvent<Row>> changes = capture.changes(
                    "INSERT INTO people VALUES (3, 'eu', 's3', 'b')",
                    "UPDATE people SET secret = 'x' WHERE id = 3",
                    "DELETE FROM people WHERE id = 3",
                    "TRUNCATE people");

            assertThat(changes).extracting(ChangeEvent::operation).containsExactly(Operation.INSERT, Operation.DELETE);
        }
    }

    @Test
    @DisplayName("A stored generated column is no column of the events unless the publication sends it")
    void generatedColumnIsNotSent() {
        shop.database.sql("CREATE TABLE sums (id int PRIMARY KEY, a int, b int GENERATED ALWAYS AS (a * 2) STORED)");
        try (RowCapture capture = RowCapture.of(shop, "public.sums")) {
            ChangeEvent<Row> change = capture.change("INSERT INTO sums VALUES (1, 5)");

            assertThat(change.after().columns().names()).containsExactly("id", "a");
            assertThat(change.rowWrite()).isEqualTo(new RowWrite.Replace(key("id", 1), null, change.after()));
        }
    }

    @Test
    void generatedColumnIsSentWhereThePublicationSaysSo() {
        assumeVersion(shop, 18, "published generated columns");
        shop.database.sql(
                "CREATE TABLE sums (id int PRIMARY KEY, a int, b int GENERATED ALWAYS AS (a * 2) STORED, c int GENERATED ALWAYS AS (a * 3))",
                "CREATE PUBLICATION shop_cdc FOR TABLE sums WITH (publish_generated_columns = stored)");
        try (RowCapture capture = RowCapture.of(shop, "public.sums")) {
            ChangeEvent<Row> change = capture.change("INSERT INTO sums VALUES (1, 5)");

            assertThat(change.after().toMap()).containsEntry("b", 10).doesNotContainKey("c");
        }
    }

    @Test
    @DisplayName("A primary key with a generated column that is not sent is no key")
    void generatedKeyColumnGivesNoKey() {
        shop.database.sql(
                "CREATE TABLE sums (a int, b int GENERATED ALWAYS AS (a * 2) STORED, PRIMARY KEY (a, b))",
                "CREATE PUBLICATION shop_cdc FOR TABLE sums WITH (publish = 'insert')");
        try (RowCapture capture = RowCapture.of(shop, "public.sums")) {
            ChangeEvent<Row> change = capture.change("INSERT INTO sums VALUES (1)");

            assertThat(change.after().columns().key()).isEmpty();
        }
    }

    private void publish(String table) {
        shop.database.sql("CREATE PUBLICATION shop_cdc FOR TABLE " + table);
    }

    private RowCapture people() {
        return RowCapture.of(shop, "public.people");
    }
}
