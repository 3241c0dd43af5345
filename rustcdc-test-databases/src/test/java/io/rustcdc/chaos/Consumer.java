package io.rustcdc.chaos;

import io.rustcdc.CdcEngine;
import io.rustcdc.checkpoint.FileCheckpointStore;
import io.rustcdc.delivery.Subscription;
import io.rustcdc.event.CdcException;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.observe.EngineObserver;
import io.rustcdc.observe.EngineState;
import io.rustcdc.runtime.EngineOptions;
import io.rustcdc.snapshot.SnapshotMode;
import io.rustcdc.snapshot.SnapshotOptions;
import io.rustcdc.source.SourceArguments;
import io.rustcdc.source.SourceConnector;
import io.rustcdc.source.TableFilter;
import io.rustcdc.test.databases.JavaProcess;
import java.io.BufferedReader;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/** A process that captures and appends what it applies to a log, a line for each change, written before it returns. */
final class Consumer implements EngineObserver {

    static final String STARTED = "started";
    static final String MARK = "mark ";
    static final String HOLDING = "holding";
    static final String HELD = "held ";

    private final FileOutputStream log;
    private final JsonMapper json = JsonMapper.shared();
    private volatile long nanosPerChange;

    /** Whether the next row is held for good before it is applied; changes of shape are not. */
    private volatile boolean holding;

    private Consumer(Path log, long nanosPerChange) throws IOException {
        this.log = new FileOutputStream(log.toFile());
        this.nanosPerChange = nanosPerChange;
    }

    /**
     * Arguments: directory, log, most changes of a batch, most changes and bytes of the queue, nanoseconds for each change, and
     * the {@link SourceArguments}.
     */
    public static void main(String[] args) throws Exception {
        Consumer consumer = new Consumer(Path.of(args[1]), Long.parseLong(args[5]));
        SourceConnector connector =
                SourceArguments.of(List.of(args).subList(6, args.length)).connector();
        CdcEngine engine = CdcEngine.builder(connector)
                .checkpointStore(new FileCheckpointStore(Path.of(args[0]), connector.source(), connector.offsets()))
                .options(EngineOptions.ofDefaults()
                        .withSnapshot(SnapshotOptions.ofDefaults().withMode(SnapshotMode.NEVER))
                        .withMaxEventsPerPoll(Integer.parseInt(args[2]))
                        .withQueue(Integer.parseInt(args[3]), Long.parseLong(args[4])))
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
        consumer.obey(engine);
    }

    private void obey(CdcEngine engine) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            switch (line) {
                case "hurry" -> nanosPerChange = 0;
                case "hold" -> {
                    holding = true;
                    JavaProcess.answer(HOLDING);
                }
                case "pause" -> engine.pause();
                case "resume" -> engine.resume();
                case "restart" -> {
                    engine.stop();
                    engine.start();
                }
                default -> {
                    engine.stop();
                    System.exit(engine.status().state() == EngineState.STOPPED ? 0 : 4);
                }
            }
        }
        // The test is gone.
        Runtime.getRuntime().halt(5);
    }

    private void apply(ChangeEvent<Row> event) throws IOException, InterruptedException {
        Applied applied = Applied.of(event);
        if (holding && !applied.isSchemaChange()) {
            JavaProcess.answer(HELD + applied.key());
            new CountDownLatch(1).await();
        }
        if (nanosPerChange > 0) {
            LockSupport.parkNanos(nanosPerChange);
        }
        log.write((json.writeValueAsString(applied) + "\n").getBytes(StandardCharsets.UTF_8));
        if (applied.key() != null && applied.key().startsWith("-")) {
            JavaProcess.answer(MARK + applied.table());
        }
    }

    @Override
    public void failed(EventSource source, CdcException failure) {
        failure.printStackTrace();
        System.err.println("ACTION " + failure.action());
        Runtime.getRuntime().halt(3);
    }

    /** The whole lines of a log: what a kill cut off was not acknowledged. */
    static Stream<Applied> read(Path log) {
        try {
            String text = java.nio.file.Files.exists(log) ? java.nio.file.Files.readString(log) : "";
            return text.substring(0, text.lastIndexOf('\n') + 1)
                    .lines()
                    .map(line -> JsonMapper.shared().readValue(line, Applied.class));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
