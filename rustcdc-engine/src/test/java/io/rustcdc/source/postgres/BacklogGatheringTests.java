package io.rustcdc.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class BacklogGatheringTests {

    private static final long COMMITTED = 800_000_000_000_000L;

    private final BacklogGathering gathering = new BacklogGathering();

    @Test
    void rowsSentLongAfterTheirCommitAreABacklog() {
        gathering.message(begin(COMMITTED));
        gathering.caughtUp(sent('I', COMMITTED + BacklogGathering.BACKLOG_MICROS + 1));

        assertThat(gathering.isBacklog()).isTrue();
    }

    @Test
    void rowsSentSoonAfterTheirCommitAreNone() {
        gathering.message(begin(COMMITTED));
        gathering.caughtUp(sent('C', COMMITTED + BacklogGathering.BACKLOG_MICROS));

        assertThat(gathering.isBacklog()).isFalse();
    }

    @Test
    void endsWithTheFirstTransactionThatIsFresh() {
        gathering.message(begin(COMMITTED));
        gathering.caughtUp(sent('C', COMMITTED + 10_000_000));
        gathering.message(begin(COMMITTED + 10_000_000));
        gathering.caughtUp(sent('C', COMMITTED + 10_001_000));

        assertThat(gathering.isBacklog()).isFalse();
    }

    @Test
    void withoutTheHeaderNothingIsKnown() {
        gathering.message(begin(COMMITTED));
        gathering.caughtUp(ByteBuffer.wrap(new byte[] {'I'}));

        assertThat(gathering.isBacklog()).isFalse();
    }

    @Test
    void beforeTheFirstBeginNothingIsKnown() {
        gathering.caughtUp(sent('M', COMMITTED));

        assertThat(gathering.isBacklog()).isFalse();
    }

    private static ByteBuffer begin(long commitTime) {
        return message(
                COMMITTED,
                ByteBuffer.allocate(21)
                        .put((byte) 'B')
                        .putLong(1)
                        .putLong(commitTime)
                        .putInt(7));
    }

    private static ByteBuffer sent(char tag, long sendTime) {
        return message(sendTime, ByteBuffer.allocate(1).put((byte) tag));
    }

    /** As the driver hands it out: the part of the XLogData message behind its header. */
    private static ByteBuffer message(long sendTime, ByteBuffer payload) {
        return ByteBuffer.allocate(25 + payload.capacity())
                .put((byte) 'w')
                .putLong(1)
                .putLong(1)
                .putLong(sendTime)
                .put(payload.flip())
                .flip()
                .position(25)
                .slice();
    }
}
