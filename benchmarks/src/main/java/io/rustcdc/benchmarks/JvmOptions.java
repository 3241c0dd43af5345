package io.rustcdc.benchmarks;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the measured JVMs are started.
 *
 * @param heap largest heap of a JVM that runs the engine, in the form of {@code -Xmx}
 * @param plainHeap the same for one that runs a bare loop over the driver
 * @param arguments more of them, for every JVM
 * @param recordings folder for a flight recording of every measured JVM; null for none
 */
record JvmOptions(
        String heap,
        String plainHeap,
        List<String> arguments,
        @Nullable Path recordings) {

    static final String USAGE = """
            --heap SIZE               largest heap of the engine and of the listener, as for -Xmx (64m)
            --naive-heap SIZE         largest heap of a bare loop over the driver (256m)
            --jvm-args "ARGS"         more arguments for every measured JVM
            --flight-recorder FOLDER  keep a flight recording of every measured JVM there
            """;

    JvmOptions {
        arguments = List.copyOf(arguments);
    }

    static JvmOptions parse(Arguments arguments) {
        String more = arguments.text("--jvm-args");
        String recordings = arguments.text("--flight-recorder");
        return new JvmOptions(
                arguments.text("--heap", "64m"),
                arguments.text("--naive-heap", "256m"),
                more == null ? List.of() : List.of(more.strip().split("\\s+")),
                recordings == null ? null : Path.of(recordings));
    }
}
