package io.rustcdc.test;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Offset;
import io.rustcdc.event.Row;
import io.rustcdc.source.ChangeSink;
import io.rustcdc.source.SourceStream;
import io.rustcdc.source.TransactionMark;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what a test has emitted, from some position on. */
final class TestStream implements SourceStream {

    private static final int BYTES_OF_A_CHANGE = 100;

    private final TestSource source;
    private final long start;
    private long position;
    private @Nullable List<ChangeEvent<Row>> open;
    private boolean asked;

    private record Mark(long end) implements TransactionMark {}

    TestStream(TestSource source, long start) {
        this.source = source;
        this.start = start;
        this.position = start;
    }

    @Override
    public Offset start() {
        return new TestOffset(start);
    }

    @Override
    public void askPosition() {
        asked = true;
    }

    @Override
    public boolean read(ChangeSink sink, Duration maxWait) {
        source.throwIfCut();
        boolean arrived = false;
        Duration wait = maxWait;
        while (sink.hasRoom() && readTransaction(sink, wait)) {
            arrived = true;
            wait = Duration.ZERO;
        }
        if (asked && !arrived) {
            asked = false;
            sink.reached(new TestOffset(position));
        }
        return arrived;
    }

    /** Reads on while there is room; false when nothing is left to be read. */
    private boolean readTransaction(ChangeSink sink, Duration wait) {
        List<ChangeEvent<Row>> transaction = open;
        if (transaction == null) {
            transaction = source.awaitBehind(position, wait);
            if (transaction == null) {
                return false;
            }
            open = transaction;
            sink.begin(new Mark(TestSource.endOf(transaction)));
        }
        for (ChangeEvent<Row> event : transaction) {
            if (!sink.hasRoom()) {
                return true;
            }
            if (TestSource.position(event) > position) {
                position = TestSource.position(event);
                sink.change(event, BYTES_OF_A_CHANGE);
            }
        }
        open = null;
        sink.commit(new TestOffset(position), transaction.get(0).commitTime());
        return true;
    }

    @Override
    public void keepAlive() {}

    @Override
    public void confirm(Offset offset) {}

    @Override
    public void close() {}
}
