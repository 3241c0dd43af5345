package io.rustcdc.chaos;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An audit by the keys of the rows, for changes that do not carry the audit's number of their transaction. It does not hold
 * TRUNCATEs, which are counted only, and knows nothing of the columns {@code c1}, {@code c2} and so on that come and go.
 */
final class KeyAudit implements Audit {

    private final Map<String, Deque<Audited>> changes = new HashMap<>();
    private final Map<Long, Integer> left = new HashMap<>();
    private final int truncates;
    private int truncatesTaken;

    /**
     * @param changes in the order of the changes of each row
     * @param truncates how many there were at least
     */
    KeyAudit(List<Audited> changes, int truncates) {
        this.truncates = truncates;
        changes.forEach(change -> {
            this.changes
                    .computeIfAbsent(change.table() + " " + change.key(), key -> new ArrayDeque<>())
                    .add(change);
            left.merge(change.transaction(), 1, Integer::sum);
        });
    }

    @Override
    public @Nullable Audited take(Applied change) {
        if (change.write().equals("Truncate")) {
            truncatesTaken++;
            return new Audited(truncatesTaken, -truncatesTaken, change.table(), "TRUNCATE", null, null, null);
        }
        Deque<Audited> ofKey = changes.get(change.table() + " " + change.key());
        Audited first = ofKey == null ? null : ofKey.poll();
        if (first != null) {
            left.merge(first.transaction(), -1, Integer::sum);
        }
        return first;
    }

    @Override
    public int left(long transaction) {
        return left.getOrDefault(transaction, 0);
    }

    @Override
    public List<Audited> left() {
        List<Audited> left = new ArrayList<>();
        changes.values().forEach(left::addAll);
        for (int missing = truncatesTaken; missing < truncates; missing++) {
            left.add(new Audited(missing, 0, "any", "TRUNCATE", null, null, null));
        }
        return left;
    }

    @Override
    public String row(Map<String, @Nullable String> row) {
        Map<String, @Nullable String> lasting = new TreeMap<>(row);
        lasting.keySet().removeIf(column -> column.matches("c\\d+"));
        return Digest.row(lasting);
    }
}
