package io.rustcdc.source;

import io.rustcdc.event.EventSource;
import io.rustcdc.source.Prerequisite.Verdict;
import java.util.Comparator;
import java.util.List;

/**
 * All prerequisites of a source, as one look found them.
 *
 * @param source whose they are
 * @param prerequisites in the order in which a start needs them
 */
public record Diagnosis(EventSource source, List<Prerequisite> prerequisites) {

    public Diagnosis {
        prerequisites = List.copyOf(prerequisites);
    }

    /** The worst of all. What was not checked is never the worst, since what kept it from being checked has failed. */
    public Verdict verdict() {
        return prerequisites.stream()
                .map(Prerequisite::verdict)
                .filter(verdict -> verdict != Verdict.NOT_CHECKED)
                .max(Comparator.naturalOrder())
                .orElse(Verdict.OK);
    }

    /** Those with this verdict. */
    public List<Prerequisite> with(Verdict verdict) {
        return prerequisites.stream()
                .filter(prerequisite -> prerequisite.verdict() == verdict)
                .toList();
    }
}
