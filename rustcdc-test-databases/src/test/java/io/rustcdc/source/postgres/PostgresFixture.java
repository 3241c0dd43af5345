package io.rustcdc.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.event.Offset;
import io.rustcdc.source.Credentials;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.SourceStream;
import io.rustcdc.source.StreamRequest;
import io.rustcdc.source.TableFilter;
import io.rustcdc.source.Transport;
import io.rustcdc.test.databases.PostgresDatabase;
import io.rustcdc.test.databases.PostgresServer;
import java.time.Duration;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.assertj.core.api.Assertions;

/** A database of its own with a table {@code orders (id, note)}, and a source that captures it. */
final class PostgresFixture implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    final PostgresDatabase database;
    final String slot;

    PostgresFixture() {
        this(PostgresServer.shared().createDatabase());
    }

    PostgresFixture(PostgresDatabase database) {
        this.database = database;
        this.slot = "slot_" + database.name();
        database.sql("CREATE TABLE orders (id int PRIMARY KEY, note text)");
    }

    PostgresOptions.Builder options() {
        return PostgresOptions.builder("shop")
                .host("127.0.0.1")
                .port(database.server().port())
                .database(database.name())
                .credentials(() -> new Credentials("postgres", null))
                .replicationSlotName(slot)
                .publicationName("shop_cdc")
                .tables(TableFilter.of("public.orders"))
                .connTimeout(Duration.ofSeconds(10))
                .transport(Transport.plaintext());
    }

    PostgresConnector connector() {
        return new PostgresConnector(options().build());
    }

    /** The server may let go of a slot later than the stream that read it says farewell. */
    void awaitFreeSlot() {
        await().pollDelay(Duration.ZERO).until(() -> slotColumn("active_pid") == null);
    }

    SourceStream openFresh() {
        return open(StreamRequest.fresh());
    }

    SourceStream resume(Offset offset) {
        return open(StreamRequest.resume(offset));
    }

    SourceStream resumeByHand(Map<String, ?> fields) {
        return open(new StreamRequest(connector().offsets().parse(fields), true, false, Map.of()));
    }

    SourceStream acceptGap(Offset lost) {
        return open(new StreamRequest(lost, false, true, Map.of()));
    }

    private SourceStream open(StreamRequest request) {
        awaitFreeSlot();
        return connector().open(request);
    }

    SourceException refused(StreamRequest request) {
        return refused(options(), request);
    }

    static SourceException refused(PostgresOptions.Builder options, StreamRequest request) {
        return Assertions.catchThrowableOfType(
                SourceException.class,
                () -> new PostgresConnector(options.build()).open(request).close());
    }

    /** Reads until the condition holds, as long as changes arrive. */
    static void read(SourceStream stream, CollectingSink sink, BooleanSupplier until) {
        long lastProgress = System.nanoTime();
        int seen = 0;
        while (!until.getAsBoolean()) {
            if (sink.events.size() > seen) {
                seen = sink.events.size();
                lastProgress = System.nanoTime();
            }
            assertThat(System.nanoTime() - lastProgress)
                    .as("nanoseconds without a change, of which %d have arrived", seen)
                    .isLessThan(PATIENCE.toNanos());
            stream.read(sink, Duration.ofMillis(50));
        }
    }

    static void readEvents(SourceStream stream, CollectingSink sink, int count) {
        read(stream, sink, () -> sink.events.size() >= count);
    }

    static void readCommits(SourceStream stream, CollectingSink sink, int count) {
        read(stream, sink, () -> sink.commits.size() >= count);
    }

    /** Reads what comes until a row written now arrives: then everything before it has arrived, too. */
    CollectingSink readUpToMark(SourceStream stream, CollectingSink sink) {
        database.sql("INSERT INTO orders VALUES (-1, 'mark')");
        read(stream, sink, () -> sink.ids().contains(-1) && !sink.commits.isEmpty());
        sink.events.removeIf(event -> Integer.valueOf(-1)
                .equals(event.after() == null ? null : event.after().get("id")));
        database.sql("DELETE FROM orders WHERE id = -1");
        return sink;
    }

    void insert(int from, int to) {
        database.sql("INSERT INTO orders SELECT i, 'note ' || i FROM generate_series(%d, %d) i".formatted(from, to));
    }

    /** In our form of an LSN; servers differ in theirs. */
    String confirmedFlushLsn() {
        return Lsn.parse(slotColumn("confirmed_flush_lsn")).toString();
    }

    String slotColumn(String column) {
        return database.value("SELECT %s FROM pg_replication_slots WHERE slot_name = '%s'".formatted(column, slot));
    }

    boolean hasFailoverSlots() {
        return Integer.parseInt(database.value("SHOW server_version_num")) >= 170000;
    }

    /** Also on servers that do not have such slots. */
    boolean slotIsFailover() {
        return "true"
                .equals(database.value(
                        "SELECT to_jsonb(s) ->> 'failover' FROM pg_replication_slots s WHERE slot_name = '%s'"
                                .formatted(slot)));
    }

    @Override
    public void close() {
        database.close();
    }
}
