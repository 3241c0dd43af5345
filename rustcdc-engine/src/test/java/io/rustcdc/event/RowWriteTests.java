package io.rustcdc.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RowWriteTests {

    private static final Columns COLUMNS =
            Columns.of(List.of("id", "tenant_id", "note", "body"), List.of("tenant_id", "id"));
    private static final Columns KEYLESS = Columns.of(List.of("id", "note"), List.of());
    private static final RowWrite MISSING_KEY = new RowWrite.None(RowWrite.Reason.MISSING_KEY);

    private static Row row(Columns columns, @Nullable Object... namesAndValues) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            values.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return Row.of(columns, values);
    }

    private static Row whole(int tenant, int id) {
        return row(COLUMNS, "id", id, "tenant_id", tenant, "note", null, "body", "b");
    }

    private static RowKey key(int tenant, int id) {
        return new RowKey(List.of("tenant_id", "id"), List.of(tenant, id));
    }

    private static ChangeEvent<Row> event(Operation operation, @Nullable Row before, @Nullable Row after) {
        return ChangeEvent.of(new EventSource("shop", "postgres"), operation, new TableId("public", "orders"))
                .before(before, false)
                .after(after)
                .offset(new TextOffset("0/1"))
                .commitTime(Instant.EPOCH)
                .build();
    }

    @ParameterizedTest
    @EnumSource(names = {"INSERT", "READ", "UPDATE"})
    void aWholeRowReplaces(Operation operation) {
        Row after = whole(1, 2);
        assertThat(event(operation, null, after).rowWrite()).isEqualTo(new RowWrite.Replace(key(1, 2), null, after));
    }

    @Test
    @DisplayName("PG-15 a row with absent columns merges, also with a complete before image")
    void aPartialRowMerges() {
        Row after = row(COLUMNS, "id", 2, "tenant_id", 1, "note", "x");
        assertThat(event(Operation.UPDATE, null, after).rowWrite())
                .isEqualTo(new RowWrite.Merge(key(1, 2), null, after));
        assertThat(event(Operation.UPDATE, whole(1, 2), after).rowWrite())
                .isEqualTo(new RowWrite.Merge(key(1, 2), null, after));
    }

    @Test
    @DisplayName("PG-R5 a changed key gives the old key beside the new one")
    void aChangedKeyNamesTheOldOne() {
        Row after = whole(1, 3);
        Row keyOnly = row(COLUMNS, "id", 2, "tenant_id", 1);
        assertThat(event(Operation.UPDATE, keyOnly, after).rowWrite())
                .isEqualTo(new RowWrite.Replace(key(1, 3), key(1, 2), after));
        Row partial = row(COLUMNS, "id", 3, "tenant_id", 1, "note", "x");
        assertThat(event(Operation.UPDATE, keyOnly, partial).rowWrite())
                .isEqualTo(new RowWrite.Merge(key(1, 3), key(1, 2), partial));
    }

    @Test
    @DisplayName("TF-01 a part of a composite key is no key: nothing is deleted")
    void halfAKeyNeverDeletes() {
        assertThat(event(Operation.DELETE, row(COLUMNS, "tenant_id", 1), null).rowWrite())
                .isEqualTo(MISSING_KEY);
        assertThat(event(Operation.DELETE, row(COLUMNS, "tenant_id", 1, "id", null), null)
                        .rowWrite())
                .isEqualTo(MISSING_KEY);
        assertThat(event(Operation.DELETE, row(COLUMNS, "tenant_id", 1), null).key())
                .isNull();
        assertThat(event(Operation.DELETE, row(COLUMNS, "tenant_id", 1, "id", 2), null)
                        .rowWrite())
                .isEqualTo(new RowWrite.Delete(key(1, 2)));
    }

    @Test
    void theKeyOfAnUpdateComesFromTheBeforeImageWhereTheAfterImageLacksIt() {
        Row after = row(COLUMNS, "note", "x", "body", "b");
        ChangeEvent<Row> event = event(Operation.UPDATE, whole(1, 2), after);
        assertThat(event.key()).isEqualTo(key(1, 2));
        assertThat(event.rowWrite()).isEqualTo(new RowWrite.Merge(key(1, 2), null, after));
        assertThat(event(Operation.UPDATE, row(COLUMNS, "tenant_id", 1), after).rowWrite())
                .isEqualTo(MISSING_KEY);
    }

    @Test
    void aKeylessTableCanOnlyBeAppendedTo() {
        Row whole = row(KEYLESS, "id", 1, "note", "x");
        assertThat(event(Operation.INSERT, null, whole).rowWrite()).isEqualTo(new RowWrite.Replace(null, null, whole));
        assertThat(event(Operation.READ, null, whole).rowWrite()).isEqualTo(new RowWrite.Replace(null, null, whole));
        assertThat(event(Operation.UPDATE, whole, whole).rowWrite()).isEqualTo(MISSING_KEY);
        assertThat(event(Operation.UPDATE, null, row(KEYLESS, "id", 1)).rowWrite())
                .isEqualTo(MISSING_KEY);
        assertThat(event(Operation.DELETE, whole, null).rowWrite()).isEqualTo(MISSING_KEY);
    }

    @Test
    void tablesAndSchemas() {
        assertThat(event(Operation.TRUNCATE, null, null).rowWrite()).isEqualTo(new RowWrite.Truncate());
        assertThat(event(Operation.SCHEMA_CHANGE, null, whole(1, 2)).rowWrite())
                .isEqualTo(new RowWrite.None(RowWrite.Reason.SCHEMA_CHANGE));
    }
}
