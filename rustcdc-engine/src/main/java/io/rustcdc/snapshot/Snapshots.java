package io.rustcdc.snapshot;

import io.rustcdc.checkpoint.SnapshotState;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What an operator can ask of a source's snapshots. Each result completes when the wish is saved, so that it holds over a restart,
 * or fails with the reason. A request needs a connection. The other wishes are also taken while the source is stopped or has
 * failed; then what is saved is changed before the call returns. Between two connections of a source that runs all are refused.
 * Whatever is refused at once is thrown: a {@link io.rustcdc.event.CdcException} with what to do, or an {@link
 * IllegalArgumentException}.
 *
 * <p>A listener may call all of these, but must not wait for the result: what it waits for is saved after the change that it
 * handles. A wait on the thread that calls the listeners fails at once with an {@link IllegalStateException}; a wait of another thread
 * that the listener waits for would never end. What depends on a result runs on other threads. Thread-safe.
 */
public interface Snapshots {

    /** What was asked for and how far it has got; empty before the first connection. */
    Optional<SnapshotState> state();

    /**
     * Has the rows of tables delivered, again if they were. Ends a pause. A table whose rows are still to be read just goes on if
     * the condition is the same, and begins anew if all rows are wanted now. Another condition would leave rows out that were to
     * be read: then nothing is requested, and the result fails with an {@link IllegalArgumentException} that says so.
     *
     * @param tables at least one glob over qualified names; if one matches no captured table, nothing is requested and the
     *     result fails with an {@link IllegalArgumentException} that names it
     * @param condition an SQL condition that the rows must meet, not blank; null for all. It becomes part of a statement as it
     *     is: never take it from outside
     * @throws IllegalArgumentException if there is no glob, or one or the condition is blank
     */
    CompletableFuture<SnapshotState> request(List<String> tables, @Nullable String condition);

    /** Reads no more rows until {@link #resume()}; changes go on. */
    CompletableFuture<SnapshotState> pause();

    CompletableFuture<SnapshotState> resume();

    /** Reads none of the rows that are left, until they are requested. */
    CompletableFuture<SnapshotState> stop();
}
