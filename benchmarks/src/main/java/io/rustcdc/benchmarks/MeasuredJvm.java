package io.rustcdc.benchmarks;

import io.rustcdc.benchmarks.ListenerReader.OrderBatchCounter;
import io.rustcdc.benchmarks.ListenerReader.OrderCounter;
import io.rustcdc.snapshot.SnapshotMode;
import tools.jackson.databind.json.JsonMapper;

/** The main class of each measured JVM: does one task and prints its result. */
final class MeasuredJvm {

    /** Begins the line of the standard output that holds the result. */
    static final String RESULT_MARK = "RESULT ";

    private MeasuredJvm() {}

    /** Takes one argument, a {@link Task} as JSON. */
    public static void main(String[] arguments) throws Exception {
        JsonMapper json = JsonMapper.shared();
        Object result = run(json.readValue(arguments[0], Task.class));
        System.out.println(RESULT_MARK + json.writeValueAsString(result));
    }

    private static Object run(Task task) throws Exception {
        Target target = task.target();
        return switch (task.program()) {
            case NAIVE -> capture(target.naiveReader(), task);
            case ENGINE -> capture(new EngineReader(target, SnapshotMode.NEVER), task);
            case LISTENER -> capture(new ListenerReader(target, OrderCounter.class), task);
            case BATCH_LISTENER -> capture(new ListenerReader(target, OrderBatchCounter.class), task);
            case LATENCY -> new SteadyLoad(task).measure(SnapshotMode.NEVER);
            case IDLE -> IdleEngine.measure(target, task.seconds());
            case COPY -> rows(new CopyReader(target), task);
            case FIRST_LOAD, CHUNKS -> rows(new EngineReader(target, SnapshotMode.INITIAL), task);
            case LATENCY_BESIDE_CHUNKS -> new SteadyLoad(task).measure(SnapshotMode.INITIAL);
        };
    }

    private static CaptureResult capture(BacklogReader backlog, Task task) throws Exception {
        try (ServerProbe server = task.target().probe();
                BacklogReader reader = backlog) {
            Measurement measurement = new Measurement(task.rows(), server);
            reader.read(measurement);
            return measurement.captured();
        }
    }

    private static RowsResult rows(BacklogReader rows, Task task) throws Exception {
        try (ServerProbe server = task.target().probe();
                BacklogReader reader = rows) {
            Measurement measurement = new Measurement(task.rows(), server);
            reader.read(measurement);
            return measurement.read();
        }
    }
}
