package io.rustcdc.benchmarks;

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
            case NAIVE -> capture(new NaiveReader(target), task);
            case ENGINE -> capture(new EngineReader(target), task);
            case LISTENER -> capture(new ListenerReader(target), task);
            case LATENCY -> new SteadyLoad(target, task.seconds(), task.rate()).measure();
            case IDLE -> IdleEngine.measure(target, task.seconds());
        };
    }

    private static CaptureResult capture(BacklogReader backlog, Task task) throws Exception {
        try (ServerProbe server = new ServerProbe(task.target());
                BacklogReader reader = backlog) {
            Measurement measurement = new Measurement(task.rows(), server);
            reader.read(measurement);
            return measurement.result();
        }
    }
}
