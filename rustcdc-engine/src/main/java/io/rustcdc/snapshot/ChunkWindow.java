package io.rustcdc.snapshot;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.event.TableId;
import io.rustcdc.source.SnapshotChunk;
import io.rustcdc.source.SnapshotTable;
import io.rustcdc.source.TransactionMark;
import io.rustcdc.source.Watermark;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the stream brought for a table while a chunk of it was read and waited for its place. When the place is reached,
 * {@link #resolve} tells which rows are to be handed over there: those that no later change has touched, and, for a row that
 * was changed by an update which did not send all columns, the row as it is after that update.
 *
 * <p>Why the result is right. The chunk shows the table at one view V. Its place P lies behind all transactions that V
 * includes. Every change of the table that was handed over before P and is not included in V was recorded here, in order:
 * the window was opened before V was taken, and a transaction that was handed over before the opening is included in V (else the
 * chunk is thrown away). So V's rows with the recorded changes applied are the table at P, and a row that none of
 * them touched is at P as it was in V.
 *
 * <p>After DBLog (Andreakis, Papapanagiotou 2020), with visibility in the place of order. For one thread.
 */
final class ChunkWindow {

    private static final int MOST_CHANGES = 50_000;
    private static final long MOST_BYTES = 16L << 20;

    private final TableId table;
    private final List<String> identity;
    private final List<Change> changes = new ArrayList<>();
    private long bytes;
    private boolean unusable;

    /** One change; both keys null for TRUNCATE. */
    private record Change(
            TransactionMark mark,
            @Nullable List<String> oldKey,
            @Nullable List<String> newKey,
            @Nullable Row after,
            int bytes) {}

    ChunkWindow(SnapshotTable table) {
        this.table = table.id();
        this.identity = table.identity();
    }

    /** Takes note of a change that is handed over while the window is open. */
    void record(ChangeEvent<Row> event, TransactionMark mark, int size) {
        if (!event.table().equals(table) || unusable) {
            return;
        }
        bytes += size;
        if (event.operation() == Operation.SCHEMA_CHANGE || changes.size() == MOST_CHANGES || bytes > MOST_BYTES) {
            unusable = true;
            changes.clear();
            return;
        }
        List<String> newKey = key(event.afterRow());
        List<String> oldKey = key(event.beforeRow());
        if (event.operation() != Operation.TRUNCATE && newKey == null && oldKey == null) {
            unusable = true; // a change that does not say which row it is about
        }
        changes.add(new Change(mark, oldKey == null ? newKey : oldKey, newKey, event.afterRow(), size));
    }

    /** What the chunk shows need not be kept. */
    void forgetIncluded(Watermark view) {
        changes.removeIf(change -> view.includes(change.mark));
        bytes = changes.stream().mapToLong(Change::bytes).sum();
    }

    /** Whether the chunk must be read again, since more happened than is kept, or the table's shape changed. */
    boolean isUnusable() {
        return unusable;
    }

    /** The rows to hand over at the chunk's place: in key order those that nothing has touched, then the others. */
    List<Row> resolve(SnapshotChunk chunk) {
        List<Change> later = changes.stream()
                .filter(change -> !chunk.watermark().includes(change.mark))
                .toList();
        if (later.isEmpty()) {
            return chunk.rows();
        }
        // Few rows of a chunk are changed while it waits, so only those are looked at by their keys.
        Map<List<String>, Row> images = new LinkedHashMap<>();
        List<Row> rows = new ArrayList<>(chunk.rows().size());
        Set<List<String>> concerned = keys(later);
        for (Row row : chunk.rows()) {
            List<String> key = requireKey(row);
            if (concerned.contains(key)) {
                images.put(key, row);
            } else {
                rows.add(row);
            }
        }
        Set<List<String>> incomplete = new LinkedHashSet<>();
        for (Change change : later) {
            if (change.oldKey == null) {
                rows.clear();
                images.clear();
            } else {
                apply(change, images, incomplete);
            }
        }
        incomplete.stream().map(images::get).filter(Objects::nonNull).forEach(rows::add);
        return rows;
    }

    private static Set<List<String>> keys(List<Change> changes) {
        Set<List<String>> keys = new HashSet<>();
        for (Change change : changes) {
            if (change.oldKey != null) {
                keys.add(change.oldKey);
            }
            if (change.newKey != null) {
                keys.add(change.newKey);
            }
        }
        return keys;
    }

    private static void apply(Change change, Map<List<String>, Row> images, Set<List<String>> incomplete) {
        List<String> oldKey = Objects.requireNonNull(change.oldKey, "oldKey");
        List<String> newKey = change.newKey;
        Row after = change.after;
        Row base = oldKey.equals(newKey) ? images.get(oldKey) : images.remove(oldKey);
        if (!oldKey.equals(newKey)) {
            incomplete.remove(oldKey);
        }
        if (newKey == null || after == null) {
            return;
        }
        if (after.isComplete()) {
            images.put(newKey, after);
            incomplete.remove(newKey);
        } else if (base != null) {
            images.put(newKey, new MergedRow(base, after));
            incomplete.add(newKey);
        } else {
            images.remove(newKey);
        }
    }

    private List<String> requireKey(Row row) {
        List<String> key = key(row);
        if (key == null) {
            throw new IllegalStateException("A row of table '%s' without its key".formatted(table));
        }
        return key;
    }

    /** By the database's text, which is the same for rows and for changes; null when it is not known whole. */
    private @Nullable List<String> key(@Nullable Row row) {
        if (row == null || identity.isEmpty()) {
            return null;
        }
        List<String> key = new ArrayList<>(identity.size());
        for (String column : identity) {
            int index = row.columns().indexOf(column);
            String text = index < 0 || !row.isPresent(index) ? null : row.text(index);
            if (text == null) {
                return null;
            }
            key.add(text);
        }
        return key;
    }
}
