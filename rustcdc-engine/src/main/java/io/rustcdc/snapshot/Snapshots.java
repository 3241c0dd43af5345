package io.rustcdc.snapshot;

import io.rustcdc.checkpoint.SnapshotState;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What an operator can ask of a source's snapshots. Wishes need a connection: without one they are refused. Each result
 * completes when the wish is saved, so that it holds over a restart, or fails with the reason. Thread-safe.
 */
public interface Snapshots {

    /** What was asked for and how far it has got; empty before the first connection. */
    Optional<SnapshotState> state();

    /**
     * Has the rows of tables delivered, again if they were. A table that is being read under the same condition just goes on.
     * Ends a pause.
     *
     * @param tables globs over qualified names; if one matches no captured table, nothing is requested and the result fails
     *     with an {@link IllegalArgumentException} that names it
     * @param condition an SQL condition that the rows must meet; null for all. It becomes part of a statement as it is: never
     *     take it from outside
     */
    CompletableFuture<SnapshotState> request(List<String> tables, @Nullable String condition);

    /** Reads no more rows until {@link #resume()}; changes go on. */
    CompletableFuture<SnapshotState> pause();

    CompletableFuture<SnapshotState> resume();

    /** Reads none of the rows that are left, until they are requested. */
    CompletableFuture<SnapshotState> stop();
}
