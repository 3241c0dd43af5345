package io.rustcdc.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** Tells who used the processors since its making: this JVM, the server, or somebody else who disturbs the measurement. */
final class CpuMeter {

    private static final OperatingSystemMXBean SYSTEM =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private final ServerProbe server;
    private final double ownAtBegin;
    private final double serverAtBegin;
    private final double busyAtBegin;
    private final long begunAt;

    CpuMeter(ServerProbe server) {
        this.server = server;
        this.serverAtBegin = server.cpuSeconds();
        this.busyAtBegin = ProcFiles.busySeconds();
        this.ownAtBegin = ownCpuSeconds();
        this.begunAt = System.nanoTime();
    }

    /**
     * The time since the making.
     *
     * @param seconds by the clock
     * @param own CPU seconds of all threads of this JVM, compiler and collector included
     * @param others CPU seconds of everybody but this JVM and the server
     */
    record Used(double seconds, double own, double others) {

        double ownCores() {
            return own / seconds;
        }

        double otherCores() {
            return others / seconds;
        }
    }

    Used used() {
        double seconds = (System.nanoTime() - begunAt) / 1e9;
        double own = ownCpuSeconds() - ownAtBegin;
        double busy = ProcFiles.busySeconds() - busyAtBegin;
        double others = busy - own - (server.cpuSeconds() - serverAtBegin);
        return new Used(seconds, own, Math.max(0, others));
    }

    private static double ownCpuSeconds() {
        return SYSTEM.getProcessCpuTime() / 1e9;
    }
}
