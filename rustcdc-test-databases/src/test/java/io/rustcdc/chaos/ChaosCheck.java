package io.rustcdc.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.rustcdc.chaos.Audit.Audited;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Compares what the consumer applied, over all of its processes, with what was committed. Reads the logs once, in order.
 */
final class ChaosCheck {

    private final Audit audit;
    private final List<Position> delivered = new ArrayList<>();

    /** Takes each change once, as a consumer does that stores the position beside its rows. */
    private final Replica exact = new Replica();

    /** Takes repeated changes again. */
    private final Replica repeating = new Replica();

    private final Map<String, Long> seqs = new HashMap<>();
    private final Map<String, Long> versions = new HashMap<>();

    /** The change of each row that was applied before, for people. */
    private final Map<String, Applied> latest = new HashMap<>();

    private final Set<Long> ended = new HashSet<>();
    private Position last = Position.NONE;
    private Position lastShape = Position.NONE;
    private int repeated;

    ChaosCheck(Audit audit) {
        this.audit = audit;
    }

    int delivered() {
        return delivered.size();
    }

    int repeated() {
        return repeated;
    }

    /**
     * One process.
     *
     * @param saved what it left behind in its checkpoint
     * @param resumed what the process before it left behind
     */
    void process(Path log, Position resumed, Position saved, int window) {
        Run run = new Run(log.getFileName().toString(), resumed, saved);
        Consumer.read(log).forEach(run::take);
        assertThat(run.unsaved)
                .as("changes of %s that are not covered by its checkpoint %s", log.getFileName(), saved)
                .isLessThanOrEqualTo(window);
    }

    void complete() {
        assertThat(audit.left())
                .as("committed changes that were never delivered")
                .isEmpty();
    }

    /**
     * Compares a table of the source with both replicas.
     *
     * @param repeatable whether repeated changes can be applied by their row writes alone
     */
    void compare(String table, Map<String, String> rows, boolean repeatable) {
        assertThat(texts(exact.rows(table))).as("the rows of %s", table).isEqualTo(rows);
        if (repeatable) {
            assertThat(texts(repeating.rows(table)))
                    .as("the rows of %s, repeated changes applied again", table)
                    .isEqualTo(rows);
        }
    }

    private static Map<String, String> texts(Map<String, Map<String, @Nullable String>> rows) {
        Map<String, String> texts = new TreeMap<>();
        rows.forEach((key, row) -> texts.put(key, Digest.row(row)));
        return texts;
    }

    /** The changes of one process, in the order in which it applied them. */
    private final class Run {

        private final String name;
        private final Position resumed;
        private final Position saved;
        private Position previous = Position.NONE;
        private boolean begun;
        private int unsaved;

        private Run(String name, Position resumed, Position saved) {
            this.name = name;
            this.resumed = resumed;
            this.saved = saved;
        }

        private void take(Applied change) {
            repeating.apply(change);
            if (change.isSchemaChange()) {
                if (change.position().compareTo(lastShape) > 0
                        || change.position().compareTo(last) >= 0) {
                    lastShape = change.position();
                    exact.apply(change);
                }
                return;
            }
            Position position = change.position();
            assertThat(position).as("the change after %s in %s", previous, name).isGreaterThan(previous);
            previous = position;
            if (!begun) {
                begun = true;
                requireNoGapAndNoStepBack(position);
            }
            if (position.compareTo(saved) > 0) {
                unsaved++;
            }
            if (position.compareTo(last) <= 0) {
                repeated++;
                return;
            }
            last = position;
            delivered.add(position);
            first(change);
        }

        /** A process begins with the first change behind the saved position: with one that came before, or a new one. */
        private void requireNoGapAndNoStepBack(Position first) {
            assertThat(first)
                    .as("the first change of %s, resumed at %s", name, resumed)
                    .isGreaterThan(resumed);
            int index = java.util.Collections.binarySearch(delivered, resumed);
            int next = index >= 0 ? index + 1 : -index - 1;
            if (next < delivered.size()) {
                assertThat(first)
                        .as("the first change of %s, resumed at %s", name, resumed)
                        .isEqualTo(delivered.get(next));
            }
        }

        private void first(Applied change) {
            Audited expected = audit.take(change);
            if (expected == null) {
                fail("%s in %s was never committed, or came in the wrong transaction", change, name);
                return;
            }
            assertThat(change.table()).as("table of %s", change).isEqualTo(expected.table());
            assertThat(change.operation().name())
                    .as("operation of %s, committed as %s", change, expected)
                    .isEqualTo(expected.operation());
            if (expected.key() != null) {
                assertThat(change.key()).as("key of %s", change).isEqualTo(expected.key());
            }
            Map<String, @Nullable String> row = exact.apply(change);
            if (expected.row() != null) {
                assertThat(row == null ? null : audit.row(row))
                        .as("row after %s, committed as %s", change, expected)
                        .isEqualTo(expected.row());
            }
            requireForward(change, expected);
            assertThat(ended.contains(expected.transaction()))
                    .as("%s comes after the last change of its transaction", change)
                    .isFalse();
            if (change.last()) {
                ended.add(expected.transaction());
                assertThat(audit.left(expected.transaction()))
                        .as("what follows the last change of its transaction, %s", change)
                        .isZero();
            }
        }

        private void requireForward(Applied change, Audited audited) {
            String key = audited.table() + " " + audited.key();
            Applied earlier = latest.put(key, change);
            if (change.oldKey() != null) {
                latest.put(audited.table() + " " + change.oldKey(), change);
            }
            Long before = seqs.put(key, audited.seq());
            assertThat(audited.seq()).as("the order of %s", change).isGreaterThan(before == null ? 0 : before);
            if (change.write().equals("Truncate")) {
                versions.keySet().removeIf(other -> other.startsWith(audited.table() + " "));
            } else if (change.write().equals("Delete")) {
                versions.remove(key);
            } else {
                if (change.oldKey() != null) {
                    versions.remove(audited.table() + " " + change.oldKey());
                }
                Long version = versions.put(key, audited.version());
                assertThat(audited.version())
                        .as("the version of %s, committed as %s, after %s in %s", change, audited, earlier, name)
                        .isGreaterThan(version == null ? -1 : version);
            }
        }
    }
}
