package io.rustcdc.snapshot;

/** Which existing rows are delivered without being asked for. */
public enum SnapshotMode {
    /** Those of each table once, when the source or the table is new. */
    INITIAL,
    /** None. A table that joins later is reported as having a gap. */
    NEVER,
    /** As INITIAL; when they are delivered, the source stops. */
    INITIAL_ONLY
}
