package io.rustcdc.source;

import io.rustcdc.event.JoinedTable;
import io.rustcdc.event.LogRetention;
import io.rustcdc.event.PollTimes;
import io.rustcdc.event.SourceWarning;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one look at a source showed.
 *
 * @param log the log that the server keeps for the source; null when there is nothing to measure yet
 * @param joined tables that have joined since the look before; each is reported once
 * @param warnings everything that is amiss at the moment, whether it was reported before or not
 * @param polls how long the looks of a source take that polls; null for others
 */
public record SourceInspection(
        @Nullable LogRetention log,
        List<JoinedTable> joined,
        List<SourceWarning> warnings,
        @Nullable PollTimes polls) {

    /** Nothing to see. */
    public static final SourceInspection NOTHING = new SourceInspection(null, List.of(), List.of());

    /** Of a source that does not poll. */
    public SourceInspection(@Nullable LogRetention log, List<JoinedTable> joined, List<SourceWarning> warnings) {
        this(log, joined, warnings, null);
    }

    public SourceInspection {
        joined = List.copyOf(joined);
        warnings = List.copyOf(warnings);
    }
}
