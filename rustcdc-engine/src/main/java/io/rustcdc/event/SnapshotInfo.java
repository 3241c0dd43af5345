package io.rustcdc.event;

/**
 * Where a snapshot row comes from; only READ events have it.
 *
 * @param snapshotId identifies the snapshot
 * @param generation grows when a snapshot is taken again, so that rows of an older one can be pruned
 * @param chunkIndex the chunk that the row was read in, from 0
 * @param lastChunk whether the row belongs to the last chunk of its table. Where the last chunk has no rows, no event has it: an
 *     empty table, one whose last rows were deleted before their turn, or one that ends with a full chunk. What tells the end for
 *     certain is {@link io.rustcdc.observe.EngineObserver#snapshotCompleted}
 */
public record SnapshotInfo(String snapshotId, long generation, int chunkIndex, boolean lastChunk) {}
