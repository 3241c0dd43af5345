package io.rustcdc.benchmarks;

import io.rustcdc.CdcEngine;
import io.rustcdc.checkpoint.FileCheckpointStore;
import io.rustcdc.delivery.ChangeHandler;
import io.rustcdc.delivery.LaneOptions;
import io.rustcdc.delivery.Subscription;
import io.rustcdc.runtime.EngineOptions;
import io.rustcdc.snapshot.SnapshotMode;
import io.rustcdc.snapshot.SnapshotOptions;
import io.rustcdc.source.SourceConnector;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/**
 * Hands the same backlog to a handler that waits for a while in each call, as one does that asks another system, in one lane and in
 * several, in turns. The measured time runs from before the start of the engine to the end of the last call.
 */
public final class ListenerLanes {

    static final String USAGE = """
            Measures what lanes give to a handler that waits.

            --runs N      runs of each number of lanes, interleaved (3)
            --rows N      of the backlog (10000)
            --lanes N     beside one (8)
            --micros N    that the handler waits in each call (1000)
            --json FILE   all results (listener-lanes.json)
            """;

    /**
     * What is measured.
     *
     * @param micros that the handler waits in each call
     */
    record Options(int runs, int rows, int lanes, int micros, Path json) implements Results.Asked {

        static Options parse(String... commandLine) {
            Arguments arguments = Arguments.of(commandLine);
            Options options = new Options(
                    arguments.number("--runs", 3, 1),
                    arguments.number("--rows", 10_000, 1),
                    arguments.number("--lanes", 8, 2),
                    arguments.number("--micros", 1000, 0),
                    Path.of(arguments.text("--json", "listener-lanes.json")));
            arguments.requireNoOther();
            return options;
        }
    }

    /** One run. */
    record Run(int lanes, int number, double seconds) {}

    /** All runs, and how much faster the lanes were than one, by the medians. */
    record Report(Options options, List<Run> runs, double speedUp) implements Results {

        static Report of(Options options, List<Run> runs) {
            return new Report(
                    options,
                    runs,
                    seconds(runs, 1).median() / seconds(runs, options.lanes()).median());
        }

        private static Spread seconds(List<Run> runs, int lanes) {
            return Spread.of(runs.stream().filter(run -> run.lanes() == lanes).toList(), Run::seconds);
        }

        @Override
        public String text() {
            return text(1) + text(options.lanes()) + String.format(Locale.ROOT, "speed-up   %.2f%n", speedUp);
        }

        private String text(int lanes) {
            Spread seconds = seconds(runs, lanes);
            return String.format(
                    Locale.ROOT,
                    "lanes %4d %.2f s (%.2f-%.2f)%n",
                    lanes,
                    seconds.median(),
                    seconds.min(),
                    seconds.max());
        }
    }

    private ListenerLanes() {}

    /** See {@link #USAGE}. */
    public static void main(String[] arguments) throws Exception {
        Results.main(USAGE, () -> Options.parse(arguments), ListenerLanes::run);
    }

    static Report run(Options options) throws Exception {
        try (PostgresBenchmarkServer server = new PostgresBenchmarkServer()) {
            Workload backlog = new Workload("backlog", options.rows(), 1000);
            server.write(List.of(backlog));
            List<Run> runs = new ArrayList<>();
            for (int number = 1; number <= options.runs(); number++) {
                for (int lanes : new int[] {1, options.lanes()}) {
                    Run run = new Run(lanes, number, seconds(server, backlog, lanes, options.micros()));
                    System.err.println(run);
                    runs.add(run);
                }
            }
            return Report.of(options, runs);
        }
    }

    private static double seconds(PostgresBenchmarkServer server, Workload backlog, int lanes, int micros)
            throws IOException, InterruptedException {
        Target target = server.backlog(backlog);
        CountDownLatch left = new CountDownLatch((int) backlog.rows());
        long begin = System.nanoTime();
        try (CdcEngine engine = engine(target, lanes, (event, acknowledgment) -> {
            LockSupport.parkNanos(micros * 1000L);
            left.countDown();
        })) {
            engine.start();
            left.await();
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        server.forget(target);
        return seconds;
    }

    private static CdcEngine engine(Target target, int lanes, ChangeHandler handler) {
        SourceConnector connector = target.connector();
        return CdcEngine.builder(connector)
                .checkpointStore(
                        new FileCheckpointStore(Path.of(target.directory()), connector.source(), connector.offsets()))
                .options(EngineOptions.ofDefaults()
                        .withSnapshot(SnapshotOptions.ofDefaults().withMode(SnapshotMode.NEVER)))
                .subscribe(Subscription.of("benchmark", handler).withLanes(LaneOptions.of(lanes)))
                .build();
    }
}
