package io.rustcdc.benchmarks;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Waits for moments in which nobody else uses the processors. */
final class QuietMachine {

    /** In cores: more than what the waiting, the server and the system use by themselves. */
    static final double DISTURBED_FROM = 0.15;

    private final long deadline;

    /**
     * @param patience for all waits together
     */
    QuietMachine(Duration patience) {
        this.deadline = System.nanoTime() + patience.toNanos();
    }

    /** Whether there is time left to wait. */
    boolean isPatient() {
        return System.nanoTime() < deadline;
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
