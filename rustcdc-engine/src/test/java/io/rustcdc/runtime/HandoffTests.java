package io.rustcdc.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How far the reader may be ahead of the delivery thread. Its other bounds are tested with both of them. */
class HandoffTests {

    private static final int AHEAD = 8192;

    private final Handoff handoff = new Handoff(100_000, Long.MAX_VALUE);
    private int read;

    @Test
    void whatNobodyTakesIsNotReadAheadToTheQueuesBound() {
        fill();
        assertThat(read).isEqualTo(AHEAD);
        assertThat(handoff.isFull()).isFalse();
    }

    @Test
    void theReaderGoesOnWhenHalfIsTaken() {
        fill();
        take(AHEAD / 2 - 1);
        assertThat(handoff.hasRoom()).isFalse();
        take(1);
        assertThat(handoff.hasRoom()).isTrue();
        fill();
        assertThat(read).isEqualTo(AHEAD + AHEAD / 2);
    }

    @Test
    @Timeout(20)
    void theReaderIsWokenWhenHalfIsTaken() throws Exception {
        fill();
        Thread reader = new Thread(this::awaitRoom);
        reader.start();
        await().until(() -> reader.getState() == Thread.State.TIMED_WAITING);
        take(AHEAD);
        handoff.peek();
        reader.join();
        assertThat(handoff.hasRoom()).isTrue();
    }

    private void awaitRoom() {
        try {
            handoff.awaitRoom(Duration.ofMinutes(1));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void fill() {
        while (handoff.hasRoom()) {
            read++;
            handoff.change(change(read), 1);
        }
        handoff.flush();
    }

    private void take(int changes) {
        for (int i = 0; i < changes; i++) {
            assertThat(handoff.peek()).isNotNull();
            handoff.advance();
        }
    }

    private static ChangeEvent<Row> change(int n) {
        return ChangeEvent.of(new EventSource("shop", "log"), Operation.TRUNCATE, LogSource.TABLE)
                .offset(new LogOffset(n, 0))
                .commitTime(Instant.EPOCH)
                .build();
    }
}
