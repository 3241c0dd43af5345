package io.rustcdc.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the threads of a source do while nothing happens. */
class IdleTests extends RunnerFixture {

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

    @ParameterizedTest
    @EnumSource(TransactionBoundary.class)
    @DisplayName("RT-14: while nothing comes, or not the rest of a transaction, no thread spins")
    void noThreadSpins(TransactionBoundary boundary) {
        log.commit(2);
        log.sendUpTo(6);
        recording(options().withTransactionBoundary(boundary)).start();
        awaitSaved(log.end());
        log.commit(5);
        await().until(() -> log.rowsRead.get() == 5 && runner.status().buffered() == 0);

        int before = log.reads.get();
        long begin = System.nanoTime();
        Duration delivering = used("rustcdc-log-delivery");
        Duration reading = used("rustcdc-log-reader");
        await().atMost(Duration.ofSeconds(30)).until(() -> log.reads.get() - before >= 6);
        Duration idle = Duration.ofNanos(System.nanoTime() - begin);
        assertThat(used("rustcdc-log-delivery").minus(delivering)).isLessThan(idle.dividedBy(4));
        assertThat(used("rustcdc-log-reader").minus(reading)).isLessThan(idle.dividedBy(4));
        long patience = options().streamPollInterval().toMillis();
        assertThat(log.reads.get() - before).isLessThanOrEqualTo((int) (10 + 2 * idle.toMillis() / patience));

        log.sendUpTo(Integer.MAX_VALUE);
        awaitSaved(log.end());
        assertThat(delivered).isEqualTo(ids(1, 7));
    }

    private Duration used(String thread) {
        long id = Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                .filter(info -> info != null && info.getThreadName().equals(thread))
                .mapToLong(ThreadInfo::getThreadId)
                .findFirst()
                .orElseThrow();
        return Duration.ofNanos(threads.getThreadCpuTime(id));
    }
}
