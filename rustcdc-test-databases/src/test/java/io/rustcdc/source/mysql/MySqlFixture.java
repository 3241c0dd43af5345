package io.rustcdc.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.event.Offset;
import io.rustcdc.source.CollectingSink;
import io.rustcdc.source.Credentials;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.SourceStream;
import io.rustcdc.source.StreamRequest;
import io.rustcdc.source.TableFilter;
import io.rustcdc.source.Transport;
import io.rustcdc.test.databases.MySqlDatabase;
import io.rustcdc.test.databases.MySqlServer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.Assertions;

/** A database of its own with a table {@code orders (id, note)}, and a source that captures it. */
final class MySqlFixture implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final AtomicInteger serverIds = new AtomicInteger(50_000);

    final MySqlServer server;
    final MySqlDatabase database;
    final long serverId = serverIds.incrementAndGet();

    MySqlFixture(Flavor flavor) {
        this(MySqlServer.shared(flavor));
    }

    MySqlFixture(MySqlServer server) {
        this.server = server;
        this.database = server.createDatabase();
        database.sql("CREATE TABLE orders (id int PRIMARY KEY, note text)");
    }

    MySqlOptions.Builder options() {
        return MySqlOptions.builder(server.flavor(), "shop")
                .host(server.host())
                .port(server.port())
                .database(database.name())
                .credentials(() -> new Credentials(MySqlServer.SUPERUSER, null))
                .serverId(serverId)
                .tables(TableFilter.of("orders"))
                .connTimeout(Duration.ofSeconds(10))
                .transport(Transport.plaintext());
    }

    MySqlConnector connector() {
        return new MySqlConnector(options().build());
    }

    SourceStream openFresh() {
        return connector().open(StreamRequest.fresh());
    }

    SourceStream openFresh(TableFilter tables) {
        return new MySqlConnector(options().tables(tables).build()).open(StreamRequest.fresh());
    }

    SourceStream resume(Offset offset) {
        return connector().open(StreamRequest.resume(offset));
    }

    SourceStream resumeByHand(Map<String, ?> fields) {
        MySqlConnector connector = connector();
        return connector.open(new StreamRequest(connector.offsets().parse(fields), true, false, Map.of()));
    }

    SourceException refused(StreamRequest request) {
        return refused(options(), request);
    }

    static SourceException refused(MySqlOptions.Builder options, StreamRequest request) {
        return Assertions.catchThrowableOfType(
                SourceException.class,
                () -> new MySqlConnector(options.build()).open(request).close());
    }

    /**
     * Reads until the server sends something. One that is slow to take up a reader, which may have been closed since, ends the reader
     * that has come with the same server id meanwhile.
     */
    static void awaitTakenUp(SourceStream stream) {
        await().pollInSameThread()
                .pollDelay(Duration.ZERO)
                .until(() -> stream.read(new CollectingSink(), Duration.ofMillis(50)));
    }

    /** Ends an XA transaction that another session has prepared; MariaDB lets go of it once it has noticed that session's end. */
    void endPrepared(String statement) {
        await().pollDelay(Duration.ZERO).ignoreExceptions().untilAsserted(() -> database.sql(statement));
    }

    /** Reads until the condition holds, as long as something arrives. */
    static void read(SourceStream stream, CollectingSink sink, BooleanSupplier until) {
        long lastProgress = System.nanoTime();
        int seen = 0;
        while (!until.getAsBoolean()) {
            int now = sink.events.size() + sink.commits.size();
            if (now > seen) {
                seen = now;
                lastProgress = System.nanoTime();
            }
            assertThat(System.nanoTime() - lastProgress)
                    .as("nanoseconds without a change or commit, of which %d have arrived", seen)
                    .isLessThan(PATIENCE.toNanos());
            stream.read(sink, Duration.ofMillis(50));
        }
    }

    static void readEvents(SourceStream stream, CollectingSink sink, int count) {
        read(stream, sink, () -> sink.events.size() >= count);
    }

    /** Reads what comes until a row written now arrives: then everything before it has arrived, too. */
    CollectingSink readUpToMark(SourceStream stream, CollectingSink sink) {
        database.sql("INSERT INTO orders (id) VALUES (-1)");
        int before = sink.commits.size();
        read(
                stream,
                sink,
                () -> sink.commits.size() > before && sink.events.stream().anyMatch(MySqlFixture::isMark));
        int commits = sink.commits.size();
        database.sql("DELETE FROM orders WHERE id = -1");
        read(stream, sink, () -> sink.commits.size() > commits);
        sink.events.removeIf(MySqlFixture::isMark);
        return sink;
    }

    private static boolean isMark(io.rustcdc.event.ChangeEvent<io.rustcdc.event.Row> event) {
        io.rustcdc.event.Row row = event.after() != null ? event.after() : event.before();
        return row != null && row.isPresent("id") && Integer.valueOf(-1).equals(row.get("id"));
    }

    void insert(int from, int to) {
        database.sql("INSERT INTO orders VALUES "
                + IntStream.rangeClosed(from, to)
                        .mapToObj(i -> "(%d, 'note %d')".formatted(i, i))
                        .collect(Collectors.joining(", ")));
    }

    @Override
    public void close() {
        database.close();
    }
}
