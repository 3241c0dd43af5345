package io.rustcdc.runtime;

import io.rustcdc.event.EventSource;
import io.rustcdc.event.SourceWarning;
import io.rustcdc.event.TransformRule;
import io.rustcdc.observe.EngineObserver;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The rules of transforms that match nothing in this run, as warnings of its source. Thread-safe. */
final class UnmatchedRules implements EngineObserver {

    private final Set<TransformRule> rules = new LinkedHashSet<>();

    @Override
    public synchronized void transformUnmatched(EventSource source, TransformRule rule) {
        rules.add(rule);
    }

    @Override
    public synchronized void transformMatched(EventSource source, TransformRule rule) {
        rules.remove(rule);
    }

    /** A new run finds out anew. */
    synchronized void forget() {
        rules.clear();
    }

    synchronized List<SourceWarning> warnings() {
        return rules.stream().map(UnmatchedRules::warning).toList();
    }

    private static SourceWarning warning(TransformRule rule) {
        return new SourceWarning(
                "transform_unmatched",
                rule.transform() + " " + rule.rule(),
                "Rule '%s' of transform '%s' matches no column so far: what it should change is delivered as it is"
                        .formatted(rule.rule(), rule.transform()),
                "Correct the names in the rule, or remove it.");
    }
}
