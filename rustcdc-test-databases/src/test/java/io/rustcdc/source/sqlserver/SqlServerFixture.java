package io.rustcdc.source.sqlserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Offset;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.source.CollectingSink;
import io.rustcdc.source.Credentials;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.SourceStream;
import io.rustcdc.source.StreamRequest;
import io.rustcdc.source.TableFilter;
import io.rustcdc.source.Transport;
import io.rustcdc.test.databases.sqlserver.SqlServerContainer;
import io.rustcdc.test.databases.sqlserver.SqlServerDatabase;
import io.rustcdc.test.databases.sqlserver.SqlServerStandIn;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.Assertions;

/** A database of its own and a source that captures it. The table {@code orders (id, note)} is created on demand. */
public final class SqlServerFixture implements AutoCloseable {

    public final SqlServerDatabase database;

    public SqlServerFixture(SqlServerKind kind) {
        this(kind.start());
    }

    SqlServerFixture(SqlServerDatabase database) {
        this.database = database;
    }

    SqlServerFixture withOrders() {
        database.sql("CREATE TABLE dbo.orders (id int PRIMARY KEY, note nvarchar(100))");
        database.enable("dbo.orders");
        database.capture();
        return this;
    }

    /** The agent that can be told to lag. Of the stand-in only. */
    SqlServerStandIn standIn() {
        return (SqlServerStandIn) database;
    }

    public SqlServerOptions.Builder options() {
        SqlServerOptions.Builder options = SqlServerOptions.builder("shop")
                .database(database.name())
                .streamPollInterval(Duration.ofMillis(20))
                .connTimeout(Duration.ofSeconds(20));
        if (database instanceof SqlServerContainer container) {
            return options.host(container.host())
                    .port(container.port())
                    .credentials(() -> new Credentials(container.user(), container.password()))
                    .trustServerCertificate(true);
        }
        return options.host("127.0.0.1")
                .credentials(() -> new Credentials("sa", null))
                .transport(Transport.plaintext());
    }

    public SqlServerConnector connector(SqlServerOptions.Builder options) {
        return database instanceof SqlServerStandIn standIn
                ? new SqlServerConnector(options.build(), standIn.connections())
                : new SqlServerConnector(options.build());
    }

    SqlServerConnector connector() {
        return connector(options());
    }

    SourceStream openFresh() {
        return connector().open(StreamRequest.fresh());
    }

    SourceStream openFresh(String... tables) {
        return connector(options().tables(TableFilter.of(tables))).open(StreamRequest.fresh());
    }

    SourceStream resume(Offset offset) {
        return connector().open(StreamRequest.resume(offset));
    }

    SourceStream resumeByHand(Map<String, ?> fields) {
        SqlServerConnector connector = connector();
        return connector.open(new StreamRequest(connector.offsets().parse(fields), true, false, Map.of()));
    }

    SourceException refused(StreamRequest request) {
        return refused(options(), request);
    }

    SourceException refused(SqlServerOptions.Builder options, StreamRequest request) {
        return Assertions.catchThrowableOfType(
                SourceException.class, () -> connector(options).open(request).close());
    }

    /** Reads until the condition holds, as long as something arrives now and then. */
    void read(SourceStream stream, CollectingSink sink, BooleanSupplier until) {
        long lastProgress = System.nanoTime();
        int seen = 0;
        while (!until.getAsBoolean()) {
            int now = sink.events.size() + sink.commits.size();
            if (now > seen) {
                seen = now;
                lastProgress = System.nanoTime();
            }
            assertThat(System.nanoTime() - lastProgress)
                    .as("nanoseconds without a change or commit; what has arrived: %s", texts(sink.events))
                    .isLessThan(database.patience().toNanos());
            stream.read(sink, Duration.ofMillis(50));
        }
    }

    void readEvents(SourceStream stream, CollectingSink sink, int count) {
        read(stream, sink, () -> sink.events.size() >= count);
    }

    void readCommits(SourceStream stream, CollectingSink sink, int count) {
        read(stream, sink, () -> sink.commits.size() >= count);
    }

    /** Looks so often without anything to be read. */
    static void readIdle(SourceStream stream, CollectingSink sink, int times) {
        int before = sink.events.size();
        for (int i = 0; i < times; i++) {
            stream.read(sink, Duration.ofMillis(1));
        }
        assertThat(texts(sink.events.subList(before, sink.events.size()))).isEmpty();
    }

    /** Inserts rows into the table orders in one transaction, and copies them to the change tables. */
    void insert(int from, int to) {
        database.sql("INSERT INTO dbo.orders VALUES "
                + IntStream.rangeClosed(from, to)
                        .mapToObj(i -> "(%d, N'note %d')".formatted(i, i))
                        .collect(Collectors.joining(", ")));
        database.capture();
    }

    static List<String> texts(List<ChangeEvent<Row>> events) {
        return events.stream().map(SqlServerFixture::text).toList();
    }

    /** Such as {@code UPDATE dbo.orders {id=1, note=a} -> {id=1, note=b}}. */
    static String text(ChangeEvent<Row> event) {
        StringBuilder text = new StringBuilder(event.operation() + " " + event.table());
        if (event.operation() == Operation.SCHEMA_CHANGE) {
            return text.toString();
        }
        if (event.before() != null) {
            text.append(' ').append(text(event.before()));
        }
        if (event.after() != null) {
            text.append(event.before() == null ? " " : " -> ").append(text(event.after()));
        }
        return text.toString();
    }

    private static String text(Row row) {
        return IntStream.range(0, row.columns().size())
                .filter(row::isPresent)
                .mapToObj(i -> row.columns().name(i) + "=" + row.text(i))
                .collect(Collectors.joining(", ", "{", "}"));
    }

    @Override
    public void close() {
        database.close();
    }
}
