package io.rustcdc.runtime;

import io.rustcdc.checkpoint.Checkpoint;
import io.rustcdc.checkpoint.CheckpointArchive;
import io.rustcdc.checkpoint.CheckpointStore;
import io.rustcdc.checkpoint.StoredCheckpoint;
import io.rustcdc.event.CdcException;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.FailureKind;
import io.rustcdc.event.Offset;
import io.rustcdc.observe.EngineObserver;
import io.rustcdc.source.SourceConnector;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What operators see of the checkpoint of a source, and do to it while the source does not run. Each change keeps what it replaces,
 * is durable on return and is told to the observers with who asked for it. Thread-safe.
 */
public final class SourceCheckpoint {

    private final SourceConnector connector;
    private final CheckpointStore store;
    private final EngineObserver observer;
    private final Standstill standstill;

    /** Whether the source stands still. */
    @FunctionalInterface
    interface Standstill {

        /**
         * Does something while no run can begin.
         *
         * @throws CdcException if the source runs
         */
        void during(Runnable change);
    }

    SourceCheckpoint(SourceConnector connector, CheckpointStore store, EngineObserver observer, Standstill standstill) {
        this.connector = connector;
        this.store = store;
        this.observer = observer;
        this.standstill = standstill;
    }

    /** Where it is kept, for people. */
    public String location() {
        return store.location();
    }

    /**
     * What is stored, whoever owns it; empty if nothing is.
     *
     * @throws CdcException if the place cannot be looked at
     */
    public Optional<StoredCheckpoint> stored() {
        return archive().stored();
    }

    /**
     * What was replaced or removed, the newest first.
     *
     * @throws CdcException if the place cannot be looked at
     */
    public List<StoredCheckpoint> history() {
        return archive().history();
    }

    /**
     * Lets the next start go on somewhere else, as if a person had written the checkpoint. Rows that were still to be read are not
     * read then.
     *
     * @param offset the fields of a position of this source's type
     * @param committedCount changes acknowledged until there; null for as many as are stored
     * @param requestedBy who asked; null when not known
     * @throws CdcException if the source runs here or elsewhere, these are no such fields, the server cannot go on there without
     *     missing a change, or it cannot be written
     */
    public void set(Map<String, ?> offset, @Nullable Long committedCount, @Nullable String requestedBy) {
        Offset position = parse(offset);
        if (committedCount != null && committedCount < 0) {
            throw refused(
                    "The count of committed changes is %d".formatted(committedCount),
                    "Give a number from 0 on, or none to keep the stored one.");
        }
        standstill.during(() -> {
            Checkpoint before = readable();
            connector.check(position, true);
            long count = committedCount != null ? committedCount : before == null ? 0 : before.committedEventCount();
            archive().seed(new Checkpoint(position, count));
            observer.checkpointChanged(source(), "set", offset(before), position, requestedBy);
        });
    }

    /**
     * Removes the checkpoint, so that the source starts anew.
     *
     * @return false if there was none
     * @throws CdcException if the source runs here or elsewhere, or it cannot be removed
     */
    public boolean delete(@Nullable String requestedBy) {
        boolean[] removed = new boolean[1];
        standstill.during(() -> {
            Checkpoint before = readable();
            removed[0] = archive().delete();
            if (removed[0]) {
                observer.checkpointChanged(source(), "reset", offset(before), null, requestedBy);
            }
        });
        return removed[0];
    }

    /**
     * Stores again what was replaced.
     *
     * @param id of an entry of the history
     * @throws CdcException if the source runs here or elsewhere, there is no such entry, it cannot be read, the server cannot go
     *     on there without missing a change, or it cannot be written
     */
    public void restore(String id, @Nullable String requestedBy) {
        standstill.during(() -> {
            Checkpoint before = readable();
            Checkpoint wanted = archived(id).checkpoint();
            if (wanted != null) {
                connector.check(wanted.offset(), wanted.operatorSeed());
            }
            archive().restore(id);
            observer.checkpointChanged(source(), "restored", offset(before), offset(wanted), requestedBy);
        });
    }

    private StoredCheckpoint archived(String id) {
        return history().stream()
                .filter(entry -> id.equals(entry.id()))
                .findFirst()
                .orElseThrow(() -> CheckpointArchive.unknown(id));
    }

    private Offset parse(Map<String, ?> offset) {
        try {
            return connector.offsets().parse(offset);
        } catch (IllegalArgumentException e) {
            throw refused(
                    "That is no position of source '%s', which is of type '%s': %s"
                            .formatted(source().name(), source().type(), e.getMessage()),
                    "Give the fields of 'offset' as a checkpoint of this source has them.");
        }
    }

    private @Nullable Checkpoint readable() {
        return stored().map(StoredCheckpoint::checkpoint).orElse(null);
    }

    private static @Nullable Offset offset(@Nullable Checkpoint checkpoint) {
        return checkpoint == null ? null : checkpoint.offset();
    }

    private EventSource source() {
        return connector.source();
    }

    private CheckpointArchive archive() {
        if (store instanceof CheckpointArchive archive) {
            return archive;
        }
        throw refused(
                "The store of source '%s' (%s) cannot be looked into or changed from outside"
                        .formatted(source().name(), store.location()),
                "Keep the checkpoints in files or in a database.");
    }

    private static CdcException refused(String what, String action) {
        return new CdcException(FailureKind.CONFIGURATION, what, action, null);
    }
}
