package io.rustcdc.chaos;

import io.rustcdc.CdcEngine;
import io.rustcdc.checkpoint.FileCheckpointStore;
import io.rustcdc.delivery.LaneOptions;
import io.rustcdc.delivery.Subscription;
import io.rustcdc.event.CdcException;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.Row;
import io.rustcdc.observe.EngineObserver;
import io.rustcdc.source.Credentials;
import io.rustcdc.source.TableFilter;
import io.rustcdc.source.Transport;
import io.rustcdc.source.postgres.PostgresConnector;
import io.rustcdc.source.postgres.PostgresOptions;
import io.rustcdc.test.databases.JavaProcess;
import io.rustcdc.test.databases.PostgresServer;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A process whose listener has lanes and sleeps for a random time in each call. Appends the key and the version of each change to a log
 * before it acknowledges it, 16 bytes in one write, so that a kill leaves no half of one behind more than the last.
 */
final class LaneConsumer implements EngineObserver {

    static final String STARTED = "started";

    /** Followed by how many changes this process has handled. */
    static final String HANDLED = "handled ";

    private static final int TELL_EVERY = 1000;

    private final FileOutputStream log;
    private final long mostNanos;
    private final AtomicLong handled = new AtomicLong();

    private LaneConsumer(Path log, long mostNanos) throws IOException {
        this.log = new FileOutputStream(log.toFile());
        this.mostNanos = mostNanos;
    }

    /** Arguments: directory, log, port, database, lanes, the longest sleep in nanoseconds. */
    public static void main(String[] args) throws Exception {
        LaneConsumer consumer = new LaneConsumer(Path.of(args[1]), Long.parseLong(args[5]));
        PostgresConnector connector = new PostgresConnector(PostgresOptions.builder("lanes")
                .host("127.0.0.1")
                .port(Integer.parseInt(args[2]))
                .database(args[3])
                .credentials(() -> new Credentials(PostgresServer.SUPERUSER, null))
                .replicationSlotName("lanes")
                .publicationName("lanes")
                .tables(TableFilter.of("public.counters"))
                .transport(Transport.plaintext())
                .build());
        CdcEngine engine = CdcEngine.builder(connector)
                .checkpointStore(new FileCheckpointStore(Path.of(args[0]), connector.source(), connector.offsets()))
                .observer(consumer)
                .subscribe(Subscription.of("counters", (event, acknowledgment) -> consumer.handle(event))
                        .withLanes(LaneOptions.of(Integer.parseInt(args[4]))))
                .build();
        engine.start();
        JavaProcess.answer(STARTED);
        if (System.in.read() < 0) {
            Runtime.getRuntime().halt(5); // the test is gone
        }
        engine.stop();
        System.exit(0);
    }

    private void handle(ChangeEvent<Row> event) throws IOException {
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(mostNanos));
        Row row = event.afterRow();
        ByteBuffer line = ByteBuffer.allocate(2 * Long.BYTES);
        line.putLong((Long) row.get("id")).putLong((Long) row.get("version"));
        synchronized (log) {
            log.write(line.array());
        }
        long count = handled.incrementAndGet();
        if (count % TELL_EVERY == 0) {
            JavaProcess.answer(HANDLED + count);
        }
    }

    @Override
    public void failed(EventSource source, CdcException failure) {
        failure.printStackTrace();
        Runtime.getRuntime().halt(3);
    }
}
