package io.rustcdc.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** What Linux says of processes and of the machine. On other systems all figures are 0. */
final class ProcFiles {

    /** Linux shows hundredths of a second on all machines that run Java. */
    private static final double TICKS_PER_SECOND = 100;

    private ProcFiles() {}

    /** Of one process, 0 when it has ended. */
    static double cpuSeconds(long pid) {
        String stat = read(Path.of("/proc/" + pid + "/stat"));
        if (stat.isEmpty()) {
            return 0;
        }
        // The second field is the command in parentheses and may hold spaces.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
    }

    /** Of all processors since the machine's start, what a hypervisor took away included. */
    static double busySeconds() {
        String stat = read(Path.of("/proc/stat"));
        if (stat.isEmpty()) {
            return 0;
        }
        String[] fields = stat.lines().findFirst().orElseThrow().split("\\s+", -1);
        long busy = 0;
        for (int i = 1; i <= 8; i++) {
            boolean idle = i == 4 || i == 5;
            busy += idle ? 0 : Long.parseLong(fields[i]);
        }
        return busy / TICKS_PER_SECOND;
    }

    /** The most memory that this process ever had in RAM. */
    static long peakRssBytes() {
        return read(Path.of("/proc/self/status"))
                .lines()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
                .findFirst()
                .orElse(0);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            return "";
        } catch (IOException e) {
            if (String.valueOf(e.getMessage()).contains("No such process")) {
                return "";
            }
            throw new UncheckedIOException(e);
        }
    }
}
