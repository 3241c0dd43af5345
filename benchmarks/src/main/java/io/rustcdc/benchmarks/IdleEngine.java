package io.rustcdc.benchmarks;

import io.rustcdc.CdcEngine;
import io.rustcdc.snapshot.SnapshotMode;
import java.lang.management.ManagementFactory;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;

/** Measures what an engine costs while nothing happens. */
final class IdleEngine {

    private static final int SETTLE_SECONDS = 3;

    private IdleEngine() {}

    static IdleResult measure(Target target, int seconds) throws InterruptedException, SQLException {
        try (ServerProbe server = target.probe();
                CdcEngine engine = EngineReader.engine(target, SnapshotMode.NEVER, (event, acknowledgment) -> {})) {
            engine.start();
            TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
            CpuMeter cpu = new CpuMeter(server);
            TimeUnit.SECONDS.sleep(seconds);
            CpuMeter.Used used = cpu.used();
            System.gc();
            long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
            return new IdleResult(used.seconds(), used.ownCores(), heap);
        }
    }
}
