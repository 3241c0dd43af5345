package io.rustcdc.source.postgres;

import static io.rustcdc.source.postgres.RowCapture.key;
import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.event.TableId;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.StreamRequest;
import io.rustcdc.source.TableFilter;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables that are unlike others: in their names, their width, their kind. */
class PostgresOddTableTests {

    private PostgresFixture shop;

    @BeforeEach
    void createDatabase() {
        shop = new PostgresFixture();
    }

    @AfterEach
    void dropDatabase() {
        shop.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Order Lines",
                "quote\"and'apostrophe",
                "naïve_größe_日本語",
                "a.b.c",
                "select",
                "percent%s_and_$1",
                "back\\slash",
                "a_name_that_is_as_long_as_a_name_can_be_which_is_63_bytes_here"
            })
    void anyNameIsCaptured(String name) {
        String quoted = '"' + name.replace("\"", "\"\"") + '"';
        shop.database.sql(
                "CREATE SCHEMA " + quoted,
                "CREATE TABLE %1$s.%1$s (%1$s int PRIMARY KEY, note text)".formatted(quoted));
        String pattern = name.replace("'", "?") + "." + name;
        try (RowCapture capture = RowCapture.of(shop, pattern)) {
            List<ChangeEvent<Row>> changes = capture.changes(
                    "INSERT INTO %1$s.%1$s VALUES (1, 'n')".formatted(quoted),
                    "UPDATE %1$s.%1$s SET note = 'm'".formatted(quoted),
                    "DELETE FROM %1$s.%1$s".formatted(quoted));

            assertThat(changes).hasSize(3).allSatisfy(change -> {
                assertThat(change.table()).isEqualTo(new TableId(name, name));
                assertThat(change.key()).isEqualTo(key(name, 1));
            });
        }
    }

    @Test
    void tableWithTheMostColumnsIsCaptured() {
        String columns =
                IntStream.range(1, 1600).mapToObj(i -> "c" + i + " bool").collect(Collectors.joining(", "));
        shop.database.sql("CREATE TABLE wide (id int PRIMARY KEY, " + columns + ")");
        try (RowCapture capture = RowCapture.of(shop, "public.wide")) {
            List<ChangeEvent<Row>> changes = capture.changes(
                    "INSERT INTO wide (id, c1599) VALUES (1, true)", "UPDATE wide SET c1 = false", "DELETE FROM wide");

            assertThat(changes.get(0).after().columns().size()).isEqualTo(1600);
            assertThat(changes.get(0).after().get("c1599")).isEqualTo(true);
            assertThat(changes.get(1).after().isNull(2)).isTrue();
            assertThat(changes.get(2).before().toMap()).containsOnlyKeys("id");
        }
    }

    @Test
    void rowWithoutColumnsIsAChange() {
        shop.database.sql("CREATE TABLE empty ()", "ALTER TABLE empty REPLICA IDENTITY FULL");
        try (RowCapture capture = RowCapture.of(shop, "public.empty")) {
            List<ChangeEvent<Row>> changes =
                    capture.changes("INSERT INTO empty DEFAULT VALUES", "DELETE FROM empty", "TRUNCATE empty");

            assertThat(changes)
                    .extracting(ChangeEvent::operation)
                    .containsExactly(Operation.INSERT, Operation.DELETE, Operation.TRUNCATE);
            assertThat(changes.get(0).after().toMap()).isEmpty();
            assertThat(changes.get(0).key()).isNull();
        }
    }

    @Test
    @DisplayName("A table that others inherit from is captured without them; a child is captured under its own name")
    void inheritedTablesAreTablesOfTheirOwn() {
        shop.database.sql(
                "CREATE TABLE parent (id int PRIMARY KEY, note text)",
                "CREATE TABLE child (PRIMARY KEY (id)) INHERITS (parent)");
        try (RowCapture capture = RowCapture.of(shop, "public.parent")) {
            List<ChangeEvent<Row>> changes = capture.changes(
                    "INSERT INTO parent VALUES (1, 'p')",
                    "INSERT INTO child VALUES (2, 'c')",
                    "UPDATE parent SET note = 'both'");

            assertThat(changes).extracting(ChangeEvent::key).containsExactly(key("id", 1), key("id", 1));
        }
    }

    @Test
    void childIsCapturedUnderItsOwnName() {
        shop.database.sql(
                "CREATE TABLE parent (id int PRIMARY KEY, note text)",
                "CREATE TABLE child (extra int, PRIMARY KEY (id)) INHERITS (parent)");
        try (RowCapture capture = RowCapture.of(shop, "public.parent", "public.child")) {
            List<ChangeEvent<Row>> changes =
                    capture.changes("INSERT INTO child VALUES (2, 'c', 7)", "DELETE FROM parent WHERE id = 2");

            assertThat(changes).extracting(change -> change.table().name()).containsExactly("child", "child");
            assertThat(changes.get(0).after().get("extra")).isEqualTo(7);
        }
    }

    @Test
    @DisplayName("A child without a key is not published by its parent: the server would refuse its updates")
    void childWithoutAKeyIsLeftAlone() {
        shop.database.sql(
                "CREATE TABLE parent (id int PRIMARY KEY, note text)",
                "CREATE TABLE child (extra int) INHERITS (parent)",
                "INSERT INTO child VALUES (2, 'c', 7)");
        try (RowCapture capture = RowCapture.of(shop, "public.orders", "public.parent")) {
            assertThat(capture.changes("UPDATE parent SET note = 'both'", "DELETE FROM child"))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CREATE UNLOGGED TABLE other (id int PRIMARY KEY) | is an unlogged table; to log its changes: ALTER TABLE public.other SET LOGGED;",
                "CREATE VIEW other AS SELECT 1 AS id | is a view",
                "CREATE MATERIALIZED VIEW other AS SELECT 1 AS id | is a materialized view"
            })
    void whatCannotBeCapturedIsRefusedWithTheReason(String create, String reason) {
        shop.database.sql(create);

        SourceException refused = PostgresFixture.refused(
                shop.options().tables(TableFilter.of("public.orders", "public.other")), StreamRequest.fresh());

        assertThat(refused).hasMessageContaining("'public.other' " + reason);
    }
}
