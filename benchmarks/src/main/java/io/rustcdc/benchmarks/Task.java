package io.rustcdc.benchmarks;

/**
 * What the measuring program asks of one JVM.
 *
 * @param rows of the backlog
 * @param seconds of the steady load, or of idleness
 * @param rate of the steady load, in transactions each second
 */
record Task(Program program, Target target, long rows, int seconds, int rate) {

    static Task capture(Program program, Target target, long rows) {
        return new Task(program, target, rows, 0, 0);
    }

    static Task latency(Target target, int seconds, int rate) {
        return new Task(Program.LATENCY, target, 0, seconds, rate);
    }

    static Task latencyBesideChunks(Target target, int seconds, int rate) {
        return new Task(Program.LATENCY_BESIDE_CHUNKS, target, 0, seconds, rate);
    }

    static Task idle(Target target, int seconds) {
        return new Task(Program.IDLE, target, 0, seconds, 0);
    }
}
