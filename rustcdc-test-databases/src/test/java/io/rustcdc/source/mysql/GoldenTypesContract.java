package io.rustcdc.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.codec.SameChange;
import io.rustcdc.codec.StoredEnvelope;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.source.mysql.GoldenMySql.Changes;
import io.rustcdc.test.databases.golden.MySqlType;
import io.rustcdc.test.databases.golden.MySqlType.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** That every type arrives as the golden table says: in every place, however much the log tells of columns, and as rows that exist. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class GoldenTypesContract {

    private final Flavor flavor;
    private final List<MySqlType> types;
    private final String little;
    private @Nullable GoldenMySql golden;
    private @Nullable Changes withFullMetadata;
    private @Nullable Changes byCatalog;
    private @Nullable Map<String, List<Row>> rows;

    /** @param little the value of binlog_row_metadata under which the log names no columns */
    GoldenTypesContract(Flavor flavor, List<MySqlType> types, String little) {
        this.flavor = flavor;
        this.types = types;
        this.little = little;
    }

    @BeforeAll
    void write() {
        golden = new GoldenMySql(flavor, types);
        withFullMetadata = golden.write("FULL");
        byCatalog = golden.write(little);
        rows = golden.writeRows();
    }

    @AfterAll
    void end() {
        golden().close();
    }

    List<MySqlType> types() {
        return types;
    }

    List<MySqlType> keyable() {
        return types.stream().filter(MySqlType::keyable).toList();
    }

    @ParameterizedTest
    @MethodSource("types") // MY-09, MY-10, MY-11, MY-12, MY-25
    void my25ArrivesFromALogThatDescribesItself(MySqlType type) {
        arrives(Objects.requireNonNull(withFullMetadata), type);
    }

    @ParameterizedTest
    @MethodSource("types")
    void my25ArrivesFromALogThatTheCatalogDescribes(MySqlType type) {
        arrives(Objects.requireNonNull(byCatalog), type);
    }

    @ParameterizedTest
    @MethodSource("keyable")
    void isAKeyInALogThatDescribesItself(MySqlType type) {
        isAKey(Objects.requireNonNull(withFullMetadata), type);
    }

    @ParameterizedTest
    @MethodSource("keyable")
    void isAKeyInALogThatTheCatalogDescribes(MySqlType type) {
        isAKey(Objects.requireNonNull(byCatalog), type);
    }

    @ParameterizedTest
    @MethodSource("types") // MY-R5
    void myR5RowsThatExistEqualThoseOfTheLog(MySqlType type) {
        List<Row> read = Objects.requireNonNull(Objects.requireNonNull(rows).get(golden().full(type)));

        assertThat(read).hasSameSizeAs(type.values());
        for (int i = 0; i < read.size(); i++) {
            is(read.get(i), type.values().get(i), "row " + i);
        }
    }

    @Test
    void everyChangeIsEqualAfterItWasKept() {
        StoredEnvelope envelope = new StoredEnvelope(fields -> MySqlOffset.parse(flavor, fields));
        Objects.requireNonNull(withFullMetadata).byTable().values().stream()
                .flatMap(List::stream)
                .forEach(event -> SameChange.assertKept(envelope, event));
    }

    private void arrives(Changes changes, MySqlType type) {
        String table = golden().full(type);
        List<ChangeEvent<Row>> events = Objects.requireNonNull(changes.byTable().get(table));
        int count = type.values().size();

        assertThat(Objects.requireNonNull(changes.schemas().get(table))
                        .columns()
                        .get(2)
                        .type())
                .isEqualTo(type.name());
        assertThat(events).hasSize(5 * count);
        for (int i = 0; i < count; i++) {
            Value value = type.values().get(i);
            is(after(events.get(i)), value, "inserted");
            is(before(events.get(count + i)), value, "before NULL");
            assertThat(after(events.get(count + i)).isNull(2)).isTrue();
            is(after(events.get(2 * count + i)), value, "after NULL");
            is(before(events.get(3 * count + i)), value, "kept, before");
            is(after(events.get(3 * count + i)), value, "kept, after");
            is(before(events.get(4 * count + i)), value, "deleted");
        }
    }

    private void isAKey(Changes changes, MySqlType type) {
        List<ChangeEvent<Row>> events = Objects.requireNonNull(changes.byTable().get(golden().key(type)));
        List<Value> values = new ArrayList<>();
        for (Value value : type.values()) {
            if (values.isEmpty() || !values.get(values.size() - 1).text().equals(value.text())) {
                values.add(value);
            }
        }

        assertThat(events).hasSize(values.size() + 1);
        for (int i = 0; i < values.size(); i++) {
            ChangeEvent<Row> event = events.get(i);
            same(after(event), 0, values.get(i), "key");
            assertThat(Objects.requireNonNull(event.key()).columns()).containsExactly("v");
            if (event.operation() == Operation.UPDATE) {
                same(before(event), 0, values.get(i - 1), "key before");
            }
        }
        same(before(events.get(values.size())), 0, values.get(values.size() - 1), "deleted");
    }

    private static void is(Row row, Value expected, String place) {
        same(row, 2, expected, place);
    }

    private static void same(Row row, int column, Value expected, String place) {
        assertThat(row.text(column)).as(place + ", text of " + expected.sql()).isEqualTo(expected.text());
        assertThat(row.value(column)).as(place + ", value of " + expected.sql()).isEqualTo(expected.java());
    }

    private static Row after(ChangeEvent<Row> event) {
        return Objects.requireNonNull(event.after());
    }

    private static Row before(ChangeEvent<Row> event) {
        return Objects.requireNonNull(event.before());
    }

    private GoldenMySql golden() {
        return Objects.requireNonNull(golden);
    }
}
