package io.rustcdc.source.postgres;

import io.rustcdc.event.Offset;
import io.rustcdc.source.ChangeSink;
import io.rustcdc.source.SnapshotBackend;
import io.rustcdc.source.SourceStream;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The stream of a slot that was created just now. It starts with the first read, since starting ends the snapshot that the
 * creation exported. For the reader thread.
 */
final class StreamAfterLoad implements SourceStream {

    private final PostgresOffset start;
    private final PostgresConnections.Opened replication;
    private final SnapshotBackend beginning;
    private final Supplier<PostgresStream> starter;
    private @Nullable PostgresStream stream;
    private @Nullable Offset toConfirm;

    /**
     * @param beginning reads in the exported snapshot
     * @param starter starts to stream on this replication connection
     */
    StreamAfterLoad(
            PostgresOffset start,
            PostgresConnections.Opened replication,
            SnapshotBackend beginning,
            Supplier<PostgresStream> starter) {
        this.start = start;
        this.replication = replication;
        this.beginning = beginning;
        this.starter = starter;
    }

    @Override
    public Offset start() {
        return start;
    }

    @Override
    public @Nullable SnapshotBackend beginning() {
        return stream == null ? beginning : null;
    }

    @Override
    public boolean read(ChangeSink sink, Duration maxWait) {
        PostgresStream started = stream;
        if (started == null) {
            started = starter.get();
            stream = started;
            Offset waiting = toConfirm;
            if (waiting != null) {
                started.confirm(waiting);
            }
        }
        return started.read(sink, maxWait);
    }

    @Override
    public void askPosition() {
        if (stream != null) {
            stream.askPosition();
        }
    }

    /** The server has no patience to lose before the stream starts. */
    @Override
    public void keepAlive() {
        if (stream != null) {
            stream.keepAlive();
        }
    }

    @Override
    public void confirm(Offset offset) {
        if (stream != null) {
            stream.confirm(offset);
        } else {
            toConfirm = offset;
        }
    }

    @Override
    public void close() {
        if (stream != null) {
            stream.close();
        }
        replication.close();
    }
}
