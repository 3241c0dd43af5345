package io.rustcdc.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.rustcdc.event.TableId;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SchemaChangeTests {

    private static final TableId ORDERS = new TableId("public", "orders");

    private static TableSchema schema(List<String> key, String... columns) {
        return new TableSchema(
                ORDERS,
                Arrays.stream(columns)
                        .map(column -> column.split(" "))
                        .map(column -> new ColumnSchema(column[0], column[1]))
                        .toList(),
                key);
    }

    @Test
    void tellsWhatIsDifferent() {
        SchemaChange change = new SchemaChange(
                schema(List.of("id"), "id integer", "total numeric(10,2)", "old text", "same text"),
                schema(List.of("id", "region"), "region text", "id integer", "total numeric(12,2)", "same text"));
        assertThat(change.table()).isEqualTo(ORDERS);
        assertThat(change.added()).containsExactly("region");
        assertThat(change.dropped()).containsExactly("old");
        assertThat(change.retyped()).containsExactly("total");
        assertThat(change.keyChanged()).isTrue();
        assertThat(change.toRow().toMap())
                .isEqualTo(Map.of(
                        "schema", "public",
                        "table", "orders",
                        "columns", Map.of("region", "text", "id", "integer", "total", "numeric(12,2)", "same", "text"),
                        "key", List.of("id", "region"),
                        "added", List.of("region"),
                        "dropped", List.of("old"),
                        "renamed", Map.of(),
                        "retyped", Map.of("total", "numeric(10,2)"),
                        "key_changed", true,
                        "key_before", List.of("id")));
        assertThat(((Map<?, ?>) change.toRow().get("columns")).keySet().toString())
                .isEqualTo("[region, id, total, same]");
    }

    @Test
    void aRenamedColumnIsOneDroppedAndOneAdded() {
        SchemaChange change = new SchemaChange(
                schema(List.of("id"), "id integer", "a text"), schema(List.of("id"), "id integer", "b text"));
        assertThat(change.added()).containsExactly("b");
        assertThat(change.dropped()).containsExactly("a");
        assertThat(change.renamed()).isEqualTo(Map.of("a", "b"));
        assertThat(change.retyped()).isEmpty();
        assertThat(change.keyChanged()).isFalse();
    }

    @Test
    void aColumnIsOnlyRenamedInItsPlaceWithItsType() {
        assertThat(renamed("id int, a text, z int", "id int, z int, b text"))
                .as("added behind another column")
                .isEmpty();
        assertThat(renamed("id int, a text", "id int, b int"))
                .as("another type")
                .isEmpty();
        assertThat(renamed("id int, a text", "id int, a text, b text"))
                .as("only added")
                .isEmpty();
        assertThat(renamed("id int, a text", "id int")).as("only dropped").isEmpty();
    }

    @Test
    void severalRenamedColumnsAreToldApart() {
        assertThat(renamed("id int, a text, b int, c text", "id int, x text, y int, z text"))
                .isEqualTo(Map.of("a", "x", "b", "y", "c", "z"));
        assertThat(renamed("id int, a text, k int, c text", "key int, k int, z text, later text"))
                .as("another one dropped, another one added")
                .isEqualTo(Map.of("id", "key", "c", "z"));
    }

    private static Map<String, String> renamed(String before, String after) {
        return new SchemaChange(schema(List.of(), before.split(", ")), schema(List.of(), after.split(", "))).renamed();
    }

    @Test
    void aTableWithoutSchemaHasNoneInItsRow() {
        TableSchema shape = new TableSchema(new TableId(null, "log"), List.of(), List.of());
        assertThat(new SchemaChange(shape, shape).toRow().get("schema")).isNull();
    }

    @Test
    void doesNotCompareTwoTables() {
        TableSchema other = new TableSchema(new TableId("public", "stock"), List.of(), List.of());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SchemaChange(schema(List.of()), other))
                .withMessageContaining("public.orders")
                .withMessageContaining("public.stock");
    }

    @Test
    void equalShapesAreEqualValues() {
        assertThat(schema(List.of("id"), "id integer")).isEqualTo(schema(List.of("id"), "id integer"));
        assertThat(schema(List.of("id"), "id integer")).isNotEqualTo(schema(List.of(), "id integer"));
    }
}
