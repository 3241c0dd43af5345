package io.rustcdc.transform;

import io.rustcdc.event.EventSource;
import io.rustcdc.event.TransformRule;
import io.rustcdc.observe.EngineObserver;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the rules of one transform that match nothing: most likely a typo, and a mask with one shows what it should hide. A rule for one
 * named table is known to match nothing as soon as that table is seen; others when a number of changes has passed without a match.
 */
final class RuleWatch {

    /** So many changes say enough. */
    static final int PATIENCE = 100;

    private static final int MAX_SEEN = 1024;

    private final EventSource source;
    private final ColumnTransform transform;
    private final EngineObserver observer;
    private final List<Rule> rules = new ArrayList<>();
    private final Set<ColumnPlan> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private @Nullable ColumnPlan last;
    private int changes;

    private static final class Rule {

        private final TransformRule name;
        private boolean matched;
        private boolean reported;

        private Rule(TransformRule name) {
            this.name = name;
        }
    }

    RuleWatch(EventSource source, String name, ColumnTransform transform, EngineObserver observer) {
        this.source = source;
        this.transform = transform;
        this.observer = observer;
        transform.rules().forEach(rule -> rules.add(new Rule(new TransformRule(name, transform.kind(), rule))));
    }

    /** A change was planned so. */
    void planned(ColumnPlan plan) {
        if (changes < PATIENCE && ++changes == PATIENCE) {
            look(plan);
            rules.stream().filter(rule -> !rule.matched).forEach(this::report);
        } else if (plan != last) {
            look(plan);
        }
    }

    private void look(ColumnPlan plan) {
        last = plan;
        if (!transform.isFor(plan.table()) || seen.contains(plan)) {
            return;
        }
        if (seen.size() >= MAX_SEEN) {
            seen.clear();
        }
        seen.add(plan);
        for (int i = 0; i < rules.size(); i++) {
            Rule rule = rules.get(i);
            if (plan.matches(i)) {
                matched(rule);
            } else if (transform.namesOneTable()) {
                rule.matched = false;
                report(rule);
            }
        }
    }

    private void matched(Rule rule) {
        rule.matched = true;
        if (rule.reported) {
            rule.reported = false;
            observer.transformMatched(source, rule.name);
        }
    }

    private void report(Rule rule) {
        if (!rule.reported) {
            rule.reported = true;
            observer.transformUnmatched(source, rule.name);
        }
    }
}
