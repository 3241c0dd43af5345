package io.rustcdc.benchmarks;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/** Waits for moments in which nobody else uses the processors. */
final class QuietMachine {

    /** In cores: more than what the waiting, the server and the system use by themselves. */
    private static final double DISTURBED_FROM = 0.15;

    private final long deadline;

    /**
     * @param patience for all waits together
     */
    QuietMachine(Duration patience) {
        this.deadline = System.nanoTime() + patience.toNanos();
    }

    /** Whether there is time left to wait. */
    private boolean isPatient() {
        return System.nanoTime() < deadline;
    }

    /**
     * Measures; again when somebody else was busy meanwhile, while patience lasts.
     *
     * @param otherCores what others used of the processors, by a result
     */
    <R> R undisturbed(Callable<R> measurement, ToDoubleFunction<R> otherCores) throws Exception {
        while (true) {
            await();
            R result = measurement.call();
            double others = otherCores.applyAsDouble(result);
            if (others < DISTURBED_FROM || !isPatient()) {
                return result;
            }
            System.err.println("others used %.2f cores, once more".formatted(others));
        }
    }

    /** Returns when the last two seconds were quiet, or when patience ends. */
    void await() throws InterruptedException {
        while (isPatient()) {
            double busy = ProcFiles.busySeconds();
            TimeUnit.SECONDS.sleep(2);
            if ((ProcFiles.busySeconds() - busy) / 2 < DISTURBED_FROM) {
                return;
            }
        }
    }
}
