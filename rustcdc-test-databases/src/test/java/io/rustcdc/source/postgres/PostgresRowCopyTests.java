package io.rustcdc.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import io.rustcdc.event.RowKey;
import io.rustcdc.event.RowWrite;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That whoever does what {@code rowWrite()} says ends with the rows of the source, large values included. */
class PostgresRowCopyTests {

    private static final String LARGE = "(SELECT string_agg(md5((i + %d)::text), '') FROM generate_series(1, 100) i)";

    private final Random random = new Random(20261122);
    private PostgresFixture shop;

    @BeforeEach
    void createDatabase() {
        shop = new PostgresFixture();
        shop.database.sql(
                "CREATE TABLE docs (id int PRIMARY KEY, email text NOT NULL, note text, body text)",
                "ALTER TABLE docs ALTER body SET STORAGE EXTERNAL",
                "CREATE UNIQUE INDEX docs_both ON docs (email, id)");
    }

    @AfterEach
    void dropDatabase() {
        shop.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"DEFAULT", "FULL", "USING INDEX docs_both"})
    @DisplayName(
            "PG-R2, PG-R5: inserts, updates, changed keys, deletes and truncates, applied as they say, copy the table")
    void copiesTheTable(String identity) {
        shop.database.sql("ALTER TABLE docs REPLICA IDENTITY " + identity);
        Map<RowKey, Map<String, Object>> copy = new HashMap<>();
        try (RowCapture capture = RowCapture.of(shop, "public.docs")) {
            for (int round = 0; round < 5; round++) {
                capture.changesInOneTransaction(statements(60)).forEach(change -> apply(change, copy));
                capture.changes(statements(60)).forEach(change -> apply(change, copy));

                assertThat(copy).as("after round %d", round).isEqualTo(table());
            }
        }
        assertThat(copy).isNotEmpty();
    }

    private static void apply(ChangeEvent<Row> change, Map<RowKey, Map<String, Object>> copy) {
        RowWrite write = change.rowWrite();
        if (write instanceof RowWrite.Replace replace) {
            copy.remove(replace.oldKey());
            copy.put(replace.key(), replace.row().toMap());
        } else if (write instanceof RowWrite.Merge merge) {
            Map<String, Object> row = copy.remove(merge.oldKey() == null ? merge.key() : merge.oldKey());
            assertThat(row).as("%s is there to be merged", merge.key()).isNotNull();
            row.putAll(merge.row().toMap());
            copy.put(merge.key(), row);
        } else if (write instanceof RowWrite.Delete delete) {
            assertThat(copy.remove(delete.key())).isNotNull();
        } else {
            assertThat(write).isEqualTo(new RowWrite.Truncate());
            copy.clear();
        }
    }

    private Map<RowKey, Map<String, Object>> table() {
        Map<RowKey, Map<String, Object>> rows = new HashMap<>();
        for (List<Object> row : shop.database.query("SELECT id, email, note, body FROM docs")) {
            Map<String, Object> columns = new HashMap<>();
            columns.put("id", row.get(0));
            columns.put("email", row.get(1));
            columns.put("note", row.get(2));
            columns.put("body", row.get(3));
            rows.put(RowCapture.key("id", row.get(0)), columns);
        }
        return rows;
    }

    /** On few keys, so that most of them hit a row. */
    private String[] statements(int count) {
        List<String> statements = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int id = random.nextInt(20);
            int other = random.nextInt(20);
            statements.add(
                    switch (random.nextInt(20)) {
                        case 0, 1, 2, 3, 4, 5 ->
                            "INSERT INTO docs VALUES (%d, 'e%d', NULL, %s) ON CONFLICT DO NOTHING"
                                    .formatted(id, i, LARGE.formatted(i));
                        case 6, 7, 8, 9 -> "UPDATE docs SET note = 'n%d' WHERE id = %d".formatted(i, id);
                        case 10 -> "UPDATE docs SET note = NULL, body = NULL WHERE id = %d".formatted(id);
                        case 11, 12 -> "UPDATE docs SET body = %s WHERE id = %d".formatted(LARGE.formatted(i), id);
                        case 13, 14, 15 ->
                            "UPDATE docs SET id = %d WHERE id = %d AND NOT EXISTS (SELECT FROM docs WHERE id = %d)"
                                    .formatted(other, id, other);
                        case 16 -> "UPDATE docs SET email = 'f%d' WHERE id = %d".formatted(i, id);
                        case 17, 18 -> "DELETE FROM docs WHERE id = %d".formatted(id);
                        default -> random.nextInt(10) == 0 ? "TRUNCATE docs" : "UPDATE docs SET note = 'all'";
                    });
        }
        return statements.toArray(String[]::new);
    }
}
