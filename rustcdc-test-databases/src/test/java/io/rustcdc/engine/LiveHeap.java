package io.rustcdc.engine;

import com.sun.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How much of this process's heap is reachable. What a collection of the young generation leaves does not tell: it still holds
 * everything that died in the old one since the last full collection, which may be most of the heap.
 */
final class LiveHeap {

    /** Of the serial collector. */
    private static final String FULL = "MarkSweepCompact";

    private final GarbageCollectorMXBean full =
            ManagementFactory.getPlatformMXBeans(GarbageCollectorMXBean.class).stream()
                    .filter(collector -> collector.getName().equals(FULL))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("This process must run with -XX:+UseSerialGC"));
    private final Set<String> heapPools = ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .map(pool -> pool.getName())
            .collect(Collectors.toSet());

    /** What a full collection, which this runs, leaves. */
    long megabytes() {
        System.gc();
        return full.getLastGcInfo().getMemoryUsageAfterGc().entrySet().stream()
                        .filter(pool -> heapPools.contains(pool.getKey()))
                        .map(Map.Entry::getValue)
                        .mapToLong(usage -> usage.getUsed())
                        .sum()
                >> 20;
    }
}
