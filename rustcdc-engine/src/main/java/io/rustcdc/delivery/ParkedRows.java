package io.rustcdc.delivery;

import io.rustcdc.deadletter.ParkedRow;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Offset;
import io.rustcdc.event.Row;
import io.rustcdc.event.TableId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which rows have dead letters, as the store says it: read from there at the beginning, and kept up while letters are added. Asked
 * before each call, so it costs next to nothing while there are none. Thread-safe.
 */
final class ParkedRows {

    private final Map<String, Map<ParkedRow, Offset>> byListener = new ConcurrentHashMap<>();

    /** Where a change stands that comes now. */
    enum Place {
        /** No change of its row is parked. */
        FREE,
        /** It is parked itself, or comes after a change that is. */
        BEHIND,
        /** It comes before all that are parked, and so has been handled already: it is delivered again after a crash. */
        BEFORE
    }

    /** Replaces all. */
    void read(Map<ParkedRow, Offset> oldest) {
        byListener.clear();
        oldest.forEach(this::add);
    }

    void add(ParkedRow row, Offset offset) {
        byListener
                .computeIfAbsent(row.listener(), listener -> new ConcurrentHashMap<>())
                .putIfAbsent(row, offset);
    }

    Place place(String listener, ChangeEvent<Row> event) {
        Map<ParkedRow, Offset> rows = byListener.get(listener);
        if (rows == null || rows.isEmpty()) {
            return Place.FREE;
        }
        Place place = Place.FREE;
        for (ParkedRow row : ParkedRow.of(listener, event)) {
            @Nullable Offset oldest = rows.get(row);
            if (oldest != null && !event.offset().isBefore(oldest)) {
                return Place.BEHIND;
            }
            place = oldest == null ? place : Place.BEFORE;
        }
        return place;
    }

    /** Whether the listener has none. */
    boolean isEmpty(String listener) {
        Map<ParkedRow, Offset> rows = byListener.get(listener);
        return rows == null || rows.isEmpty();
    }

    /** Forgets the rows of a table; false when there are none. */
    boolean remove(String listener, TableId table) {
        Map<ParkedRow, Offset> rows = byListener.get(listener);
        return rows != null && rows.keySet().removeIf(row -> row.table().equals(table));
    }

    boolean has(String listener, TableId table) {
        Map<ParkedRow, Offset> rows = byListener.get(listener);
        return rows != null
                && rows.keySet().stream().anyMatch(row -> row.table().equals(table));
    }
}
