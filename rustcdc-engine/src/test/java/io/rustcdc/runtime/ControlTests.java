package io.rustcdc.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.awaitility.Awaitility.await;

import io.rustcdc.checkpoint.Checkpoint;
import io.rustcdc.checkpoint.FileCheckpointStore;
import io.rustcdc.delivery.Listeners;
import io.rustcdc.delivery.Subscription;
import io.rustcdc.delivery.Subscription.AckMode;
import io.rustcdc.event.FailureKind;
import io.rustcdc.observe.EngineObserver;
import io.rustcdc.observe.EngineState;
import java.nio.file.Path;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What others do to a source: threads that interrupt it, commands while it hangs, a store that only knows JSON. */
class ControlTests extends RunnerFixture {

    @Test
    @DisplayName("RT-05: a thousand interrupts at random, from a listener and from outside, and no change disappears")
    void interruptsLoseNothing() {
        Random random = new Random(5);
        AtomicInteger interrupts = new AtomicInteger();
        runner(options(), AckMode.AUTO, (event, acknowledgment) -> {
                    delivered.add(id(event));
                    if (id(event) % 3 == 0) {
                        Thread.currentThread().interrupt();
                        interrupts.incrementAndGet();
                    }
                })
                .start();
        int rows = 0;
        while (interrupts.get() < 1000 || rows < 2000) {
            int more = 1 + random.nextInt(5);
            log.commit(more);
            rows += more;
            if (random.nextInt(20) == 0) {
                deliveryThread().ifPresent(thread -> {
                    thread.interrupt();
                    interrupts.incrementAndGet();
                });
            }
            if (runner.status().state() == EngineState.FAILED) {
                runner.start();
            }
        }
        int all = rows;
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            if (runner.status().state() == EngineState.FAILED) {
                runner.start();
            }
            return delivered.contains(all);
        });
        assertThat(delivered.stream().distinct().toList()).isEqualTo(ids(1, all));
    }

    private Optional<Thread> deliveryThread() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("rustcdc-log-delivery"))
                .findFirst();
    }

    @Test
    @DisplayName("RT-12: a listener that is out of retries is a terminal failure, whatever it failed with")
    void exhaustedRetriesAreTerminal() {
        runner(options(), AckMode.AUTO, (event, acknowledgment) -> {
                    throw new SQLTransientConnectionException("a reset");
                })
                .start();
        log.commit(1);
        awaitFailed();
        assertThat(failures)
                .singleElement()
                .satisfies(failure -> assertThat(failure.kind()).isEqualTo(FailureKind.TERMINAL));
    }

    @Test
    @DisplayName(
            "RT-19: a source gets back exactly the offset that it gave, from JSON too, for resuming and for confirming")
    void offsetsComeBackAsTheyWere(@TempDir Path folder) {
        log.commit(3);
        long large = 9_007_199_254_740_993L; // not a number for those who keep numbers as doubles
        FileCheckpointStore files = new FileCheckpointStore(folder, log.source(), fields -> {
            assertThat(fields.get("finished")).isInstanceOf(Number.class);
            return log.offsets().parse(fields);
        });
        files.acquire();
        files.save(new Checkpoint(new LogOffset(large, 42), 7));
        assertThat(files.load().orElseThrow().offset()).isEqualTo(new LogOffset(large, 42));
        files.save(new Checkpoint(new LogOffset(large, 43), 8));
        files.release();

        recording(options()).start();
        awaitSaved(log.end());
        await().until(() -> log.confirmed.contains(log.end()));
        runner.stop();
        log.commit(2);
        runner.start();
        awaitSaved(log.end());
        assertThat(delivered).isEqualTo(ids(1, 5));
    }

    @Test
    @DisplayName(
            "RT-21: while a listener hangs, status, pause and resume return at once, and a stop within its timeout")
    void commandsNeverHang() throws Exception {
        CountDownLatch called = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Subscription hanging = Subscription.of("hanging", (event, acknowledgment) -> {
            called.countDown();
            RecordingStore.awaitUninterrupted(go);
        });
        runner = new SourceRunner(
                log,
                store,
                Receivers.of(new Listeners(List.of(hanging), null)),
                options().withShutdownTimeout(Duration.ofMillis(100)),
                new EngineObserver() {});
        runner.start();
        log.commit(1);
        called.await();
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            other.submit(() -> {
                        runner.status();
                        runner.pause();
                        runner.resume();
                        runner.status();
                    })
                    .get(20, TimeUnit.SECONDS);
            other.submit(() -> runner.stop()).get(20, TimeUnit.SECONDS);
            assertThatNoException().isThrownBy(() -> {
                runner.pause();
                runner.resume();
                runner.stop();
            });
        } finally {
            go.countDown();
            other.shutdownNow();
        }
    }
}
