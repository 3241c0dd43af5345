package io.rustcdc.source;

import io.rustcdc.event.Offset;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An open stream of changes. All methods are called by one thread, the source's reader.
 */
public interface SourceStream extends AutoCloseable {

    /**
     * Where the stream begins. On a fresh start this is saved before the first change is delivered, so that a crash
     * before the first acknowledgment cannot lose what came in between.
     */
    Offset start();

    /**
     * Reads rows in the very view that the stream begins with, until {@link #read} is called for the first time; null where
     * there is no such view, which is so whenever the stream was not made anew.
     */
    default @Nullable SnapshotBackend beginning() {
        return null;
    }

    /** Asks the source to say soon how far the stream has got, even if nothing happens. May be called often. */
    default void askPosition() {}

    /**
     * Reads what has arrived into the sink, while the sink has room. When nothing has arrived it waits for the first
     * message, at most {@code maxWait}, and never longer than until one arrives. Keeps the connection alive as a side
     * effect.
     *
     * @return whether anything arrived
     * @throws SourceException when the stream is broken; it can only be closed then
     */
    boolean read(ChangeSink sink, Duration maxWait);

    /** Keeps the connection alive while the sink has no room; called several times a second, cheap when not due. */
    void keepAlive();

    /**
     * Tells the source that everything up to this offset is durable here and may be forgotten there. Offsets only move
     * forward.
     *
     * @throws SourceException when it could not be told; it is told again later
     */
    void confirm(Offset offset);

    /** Ends the stream and its connections. Never throws, may be called twice. */
    @Override
    void close();
}
