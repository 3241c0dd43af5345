package io.rustcdc.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class IdleAdvanceTests {

    private static final long START = 0x1_0000_0000L;

    private final AtomicLong time = new AtomicLong();
    private final IdleAdvance advance = new IdleAdvance(START, time::get);

    @Test
    void needsBothTheIntervalAndTheMovement() {
        assertThat(advance.isDue(START + IdleAdvance.LEAST_BYTES)).isFalse();
        time.set(IdleAdvance.INTERVAL.toNanos());
        assertThat(advance.isDue(START + IdleAdvance.LEAST_BYTES - 1)).isFalse();
        assertThat(advance.isDue(START + IdleAdvance.LEAST_BYTES)).isTrue();
    }

    @Test
    void neverGoesBack() {
        time.set(IdleAdvance.INTERVAL.toNanos());

        assertThat(advance.isDue(0)).isFalse();
        assertThat(advance.isDue(START)).isFalse();
    }

    @Test
    void countsFromTheLastMove() {
        time.set(IdleAdvance.INTERVAL.toNanos());
        advance.moved(START + IdleAdvance.LEAST_BYTES);

        assertThat(advance.isDue(START + 3 * IdleAdvance.LEAST_BYTES)).isFalse();
        time.addAndGet(IdleAdvance.INTERVAL.toNanos());
        assertThat(advance.isDue(START + IdleAdvance.LEAST_BYTES)).isFalse();
        assertThat(advance.isDue(START + 3 * IdleAdvance.LEAST_BYTES)).isTrue();
    }

    @Test
    void anEarlierConfirmationDoesNotMoveItBack() {
        advance.moved(START + IdleAdvance.LEAST_BYTES);
        advance.moved(START);
        time.set(IdleAdvance.INTERVAL.toNanos());

        assertThat(advance.isDue(START + IdleAdvance.LEAST_BYTES + 1)).isFalse();
    }
}
