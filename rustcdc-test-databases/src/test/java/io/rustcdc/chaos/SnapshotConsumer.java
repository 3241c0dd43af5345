package io.rustcdc.chaos;

import io.rustcdc.CdcEngine;
import io.rustcdc.checkpoint.FileCheckpointStore;
import io.rustcdc.checkpoint.TableSnapshot;
import io.rustcdc.delivery.Subscription;
import io.rustcdc.event.CdcException;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.event.RowKey;
import io.rustcdc.event.RowWrite;
import io.rustcdc.observe.EngineObserver;
import io.rustcdc.runtime.EngineOptions;
import io.rustcdc.snapshot.SnapshotMode;
import io.rustcdc.snapshot.SnapshotOptions;
import io.rustcdc.source.Credentials;
import io.rustcdc.source.TableFilter;
import io.rustcdc.source.Transport;
import io.rustcdc.source.postgres.PostgresConnector;
import io.rustcdc.source.postgres.PostgresOptions;
import io.rustcdc.test.databases.JavaProcess;
import io.rustcdc.test.databases.PostgresServer;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumSet;

/**
 * A process that reads a large table and follows its changes. Appends a line for each row write to a log before the write is
 * acknowledged: {@code r} for a row that was read or {@code w}, the id, the version and the old id; {@code d} and the id.
 */
final class SnapshotConsumer implements EngineObserver {

    static final String STARTED = "started";
    static final String COMPLETE = "complete";
    static final String MARK = "mark";

    private final FileOutputStream log;

    private SnapshotConsumer(Path log) throws IOException {
        this.log = new FileOutputStream(log.toFile());
    }

    /** Arguments: directory, log, port, database, rows of a chunk, most rows per second. */
    public static void main(String[] args) throws Exception {
        SnapshotConsumer consumer = new SnapshotConsumer(Path.of(args[1]));
        PostgresConnector connector = new PostgresConnector(PostgresOptions.builder("shop")
                .host("127.0.0.1")
                .port(Integer.parseInt(args[2]))
                .database(args[3])
                .credentials(() -> new Credentials(PostgresServer.SUPERUSER, null))
                .replicationSlotName("large")
                .publicationName("large")
                .tables(TableFilter.of("public.large"))
                .transport(Transport.plaintext())
                .build());
        CdcEngine engine = CdcEngine.builder(connector)
                .checkpointStore(new FileCheckpointStore(Path.of(args[0]), connector.source(), connector.offsets()))
                .options(EngineOptions.ofDefaults()
                        .withSnapshot(new SnapshotOptions(
                                SnapshotMode.INITIAL, Integer.parseInt(args[4]), 2, Long.parseLong(args[5]))))
                .observer(consumer)
                .subscribe(new Subscription(
                        "log",
                        TableFilter.all(),
                        EnumSet.allOf(Operation.class),
                        Subscription.AckMode.AUTO,
                        (event, acknowledgment) -> consumer.apply(event)))
                .build();
        engine.start();
        JavaProcess.answer(STARTED);
        if (engine.snapshots().state().orElseThrow().isComplete()) {
            JavaProcess.answer(COMPLETE);
        }
        if (System.in.read() < 0) {
            Runtime.getRuntime().halt(5); // the test is gone
        }
        engine.stop();
        System.exit(0);
    }

    private void apply(ChangeEvent<Row> event) throws IOException {
        RowWrite write = event.rowWrite();
        String line;
        if (write instanceof RowWrite.Replace replace) {
            line = "%s %d %s %d"
                    .formatted(
                            event.operation() == Operation.READ ? "r" : "w",
                            id(replace.key()),
                            replace.row().get("version"),
                            replace.oldKey() == null ? id(replace.key()) : id(replace.oldKey()));
        } else if (write instanceof RowWrite.Delete delete) {
            line = "d " + id(delete.key());
        } else {
            throw new AssertionError("There is no such write in this test: " + write);
        }
        log.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
        if (line.startsWith("w -1 ")) {
            JavaProcess.answer(MARK);
        }
    }

    private static long id(RowKey key) {
        return (Long) key.values().get(0);
    }

    @Override
    public void snapshotCompleted(EventSource source, TableSnapshot table) {
        JavaProcess.answer(COMPLETE);
    }

    @Override
    public void failed(EventSource source, CdcException failure) {
        failure.printStackTrace();
        Runtime.getRuntime().halt(3);
    }
}
