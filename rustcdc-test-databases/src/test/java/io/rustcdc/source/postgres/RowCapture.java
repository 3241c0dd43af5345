package io.rustcdc.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.rustcdc.event.AbsentColumnException;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import io.rustcdc.event.RowKey;
import io.rustcdc.source.SourceStream;
import io.rustcdc.source.StreamRequest;
import io.rustcdc.source.TableFilter;
import java.util.List;

/** A running stream over some tables of a database: SQL goes in, the changes it made come out. */
final class RowCapture implements AutoCloseable {

    /** More than fits into a page, and not to be compressed: such a value is stored aside. */
    static final String LARGE = "(SELECT string_agg(md5(i::text), '') FROM generate_series(1, 2000) i)";

    private final PostgresFixture shop;
    private final SourceStream stream;
    private final CollectingSink sink = new CollectingSink();

    private RowCapture(PostgresFixture shop, SourceStream stream) {
        this.shop = shop;
        this.stream = stream;
    }

    static RowCapture of(PostgresFixture shop, String... tables) {
        return of(shop, shop.options().tables(TableFilter.of(tables)), StreamRequest.fresh());
    }

    static RowCapture of(PostgresFixture shop, PostgresOptions.Builder options, StreamRequest request) {
        shop.awaitFreeSlot();
        return new RowCapture(shop, new PostgresConnector(options.build()).open(request));
    }

    /** The changes that these statements made, each statement in a transaction of its own. */
    List<ChangeEvent<Row>> changes(String... statements) {
        shop.database.sql(statements);
        return arrived();
    }

    List<ChangeEvent<Row>> changesInOneTransaction(String... statements) {
        shop.database.transaction(statements);
        return arrived();
    }

    ChangeEvent<Row> change(String statement) {
        List<ChangeEvent<Row>> changes = changes(statement);
        assertThat(changes).as(statement).hasSize(1);
        return changes.get(0);
    }

    /** What was committed up to now and not taken before. A message to everybody marks the place, whatever is published. */
    List<ChangeEvent<Row>> arrived() {
        long mark = Lsn.parse(shop.database.value("SELECT pg_logical_emit_message(true, 'mark', '')"))
                .value();
        PostgresFixture.read(
                stream,
                sink,
                () -> !sink.commits.isEmpty()
                        && Lsn.isBefore(mark, sink.lastCommit().lsn()));
        List<ChangeEvent<Row>> changes = List.copyOf(sink.events);
        sink.events.clear();
        return changes;
    }

    /** With the commits and schemas so far. */
    CollectingSink sink() {
        return sink;
    }

    @Override
    public void close() {
        stream.close();
    }

    static RowKey key(String column, Object value) {
        return new RowKey(List.of(column), List.of(value));
    }

    static void assertAbsent(Row row, String column) {
        assertThat(row.isPresent(column)).as(column + " is present").isFalse();
        assertThat(row.isNull(row.columns().indexOf(column)))
                .as(column + " is NULL")
                .isFalse();
        assertThat(row.toMap()).doesNotContainKey(column);
        assertThatExceptionOfType(AbsentColumnException.class).isThrownBy(() -> row.get(column));
    }

    /** Skips the test on servers that do not have the feature yet. */
    static void assumeVersion(PostgresFixture shop, int version, String feature) {
        assumeThat(shop.database.server().version())
                .as("%s need PostgreSQL %d", feature, version)
                .isGreaterThanOrEqualTo(version);
    }
}
