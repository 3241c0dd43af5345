package io.rustcdc.engine;

import io.rustcdc.CdcEngine;
import io.rustcdc.checkpoint.FileCheckpointStore;
import io.rustcdc.delivery.Subscription;
import io.rustcdc.event.CdcException;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.observe.EngineObserver;
import io.rustcdc.source.SourceArguments;
import io.rustcdc.source.SourceConnector;
import io.rustcdc.test.databases.JavaProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A process with a heap of its own that captures a table {@code orders} and tells what it sees: the first
 * row, each 100 000th and each that ends a transaction, with the number of rows and what a full
 * collection leaves of the heap; failures of the engine; and whether it still answers.
 */
final class LimitedProcess implements EngineObserver {

    static final String STARTED = "started";
    static final String ROWS = "rows ";
    static final String LAST = "last ";
    static final String FAILED = "failed ";
    static final String RECONNECTING = "reconnecting ";

    private final LiveHeap heap = new LiveHeap();
    private final boolean readValues;
    private long rows;
    private long lastId;
    private long jumps;

    private LimitedProcess(boolean readValues) {
        this.readValues = readValues;
    }

    static JavaProcess start(Path directory, String heap, int port, String database, boolean readValues) {
        return start(directory, heap, SourceArguments.postgres(port, database, List.of("public.orders")), readValues);
    }

    static JavaProcess start(Path directory, String heap, SourceArguments source, boolean readValues) {
        List<String> arguments = new ArrayList<>(List.of(directory.toString(), Boolean.toString(readValues)));
        arguments.addAll(source.toList());
        return JavaProcess.start(
                directory.resolve("limited.log"),
                List.of("-Xmx" + heap, "-XX:+UseSerialGC"),
                LimitedProcess.class,
                arguments);
    }

    public static void main(String[] args) throws Exception {
        LimitedProcess process = new LimitedProcess(Boolean.parseBoolean(args[1]));
        SourceConnector connector =
                SourceArguments.of(List.of(args).subList(2, args.length)).connector();
        CdcEngine engine = CdcEngine.builder(connector)
                .checkpointStore(new FileCheckpointStore(Path.of(args[0]), connector.source(), connector.offsets()))
                .options(EngineFixture.changesOnly())
                .observer(process)
                .subscribe(Subscription.of("count", (event, acknowledgment) -> process.take(event)))
                .build();
        engine.start();
        JavaProcess.answer(STARTED);
        obey(engine);
    }

    private static void obey(CdcEngine engine) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (line.equals("stop")) {
                engine.stop();
                System.exit(0);
            }
            JavaProcess.answer(line + " " + engine.status().state());
        }
        Runtime.getRuntime().halt(5);
    }

    /** The rows have the ids 1, 2, 3 and so on; a process that resumes begins with any. */
    private void take(ChangeEvent<Row> event) {
        if (event.operation() != Operation.INSERT) {
            return;
        }
        long id = (Long) event.after().get("id");
        if (readValues) {
            lengthOf((String) event.after().get("note"));
        }
        if (rows > 0 && id != lastId + 1) {
            jumps++;
        }
        rows++;
        lastId = id;
        if (rows == 1) {
            JavaProcess.answer(ROWS + "from " + id);
        }
        if (event.transaction().last()) {
            JavaProcess.answer(LAST + "%d after %d rows, %d jumps, %d MB".formatted(id, rows, jumps, heap.megabytes()));
        } else if (rows % 100_000 == 0) {
            JavaProcess.answer(ROWS + "%d, %d MB".formatted(rows, heap.megabytes()));
        }
    }

    private static void lengthOf(String note) {
        if (note != null && note.length() > 1_000_000) {
            JavaProcess.answer("note of " + note.length());
        }
    }

    @Override
    public void failed(EventSource source, CdcException failure) {
        JavaProcess.answer(FAILED + failure.kind() + " " + failure.description() + " ACTION "
                + String.valueOf(failure.action()).replace('\n', ' '));
    }

    @Override
    public void connectionFailed(EventSource source, CdcException failure) {
        JavaProcess.answer(RECONNECTING + failure.description());
    }
}
