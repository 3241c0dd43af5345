package io.rustcdc.runtime;

import io.rustcdc.checkpoint.Checkpoint;
import io.rustcdc.checkpoint.CheckpointArchive;
import io.rustcdc.checkpoint.CheckpointStore;
import io.rustcdc.checkpoint.StoredCheckpoint;
import io.rustcdc.event.CdcException;
import io.rustcdc.event.Offset;
import io.rustcdc.event.Remedy;
import io.rustcdc.source.Diagnosis;
import io.rustcdc.source.Prerequisite;
import io.rustcdc.source.Prerequisite.Verdict;
import io.rustcdc.source.SourceConnector;
import io.rustcdc.source.StreamRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Looks at all that a start of the source would need now, whether it runs or not. Takes no lease. */
final class SourceDoctor {

    private static final String CHECKPOINT = "checkpoint";

    private final SourceConnector connector;
    private final CheckpointStore store;
    private final SourceSnapshots snapshots;

    SourceDoctor(SourceConnector connector, CheckpointStore store, SourceSnapshots snapshots) {
        this.connector = connector;
        this.store = store;
        this.snapshots = snapshots;
    }

    /** @param reached up to where this process knows all to be acknowledged; null when it knows nothing of it */
    Diagnosis look(@Nullable Offset reached) {
        List<Prerequisite> all = new ArrayList<>();
        Checkpoint saved = null;
        try {
            saved = store instanceof CheckpointArchive archive
                    ? stored(archive, all)
                    : reached == null ? null : new Checkpoint(reached, 0);
        } catch (CdcException e) {
            all.add(new Prerequisite(CHECKPOINT, Verdict.FAILED, e.description(), e.remedy()));
        }
        boolean seed = saved != null && saved.operatorSeed();
        StreamRequest request = new StreamRequest(saved == null ? null : saved.offset(), seed, false, Map.of());
        all.addAll(connector.diagnose(snapshots.asked(request, false)).prerequisites());
        return new Diagnosis(connector.source(), all);
    }

    private @Nullable Checkpoint stored(CheckpointArchive archive, List<Prerequisite> all) {
        StoredCheckpoint stored = archive.stored().orElse(null);
        String place = store.location();
        if (stored == null) {
            all.add(new Prerequisite(CHECKPOINT, Verdict.OK, "there is none yet in " + place, null));
            return null;
        }
        Checkpoint checkpoint = stored.checkpoint();
        if (checkpoint == null) {
            all.add(new Prerequisite(
                    CHECKPOINT,
                    Verdict.FAILED,
                    "what is stored in %s cannot be read: %s".formatted(place, stored.problem()),
                    Remedy.words("Restore an older one: see the endpoint cdccheckpoints")));
            return null;
        }
        all.add(new Prerequisite(
                CHECKPOINT, Verdict.OK, "%s in %s".formatted(checkpoint.offset().text(), place), null));
        return checkpoint;
    }
}
