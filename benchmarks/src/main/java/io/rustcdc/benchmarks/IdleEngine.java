package io.rustcdc.benchmarks;

import io.rustcdc.CdcEngine;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;

/** Measures what an engine costs while nothing happens. */
final class IdleEngine {

    private static final int SETTLE_SECONDS = 3;

    private IdleEngine() {}

    static IdleResult measure(Target target, int seconds) throws InterruptedException {
        try (CdcEngine engine = EngineReader.engine(target, (event, acknowledgment) -> {})) {
            engine.start();
            TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
            double cpu = OwnProcess.cpuSeconds();
            long begin = System.nanoTime();
            TimeUnit.SECONDS.sleep(seconds);
            double used = OwnProcess.cpuSeconds() - cpu;
            double elapsed = (System.nanoTime() - begin) / 1e9;
            System.gc();
            long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
            return new IdleResult(elapsed, used / elapsed, heap);
        }
    }
}
