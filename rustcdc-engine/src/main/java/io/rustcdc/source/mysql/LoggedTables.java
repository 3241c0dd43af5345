package io.rustcdc.source.mysql;

import io.rustcdc.event.TableId;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The tables that the log has described so far on one connection. Each statement describes its tables anew; a description that is the
 * same, byte for byte, keeps the instance that prepared readers know. For one thread.
 */
final class LoggedTables {

    private static final int TABLE_ID_BYTES = 6;

    private final WantedTables wanted;
    private final TableSource source;
    private final Map<Long, Entry> entries = new HashMap<>();
    private @Nullable Entry last;

    LoggedTables(WantedTables wanted, TableSource source) {
        this.wanted = wanted;
        this.source = source;
    }

    /** A table as one description has it; not captured where nobody wants it. */
    static final class Entry {

        private final byte[] bytes;
        private final int start;
        private final int end;
        private TableMap map;
        private @Nullable CapturedTable table;

        private Entry(BinlogEvent event, TableMap map) {
            this.bytes = event.bytes();
            this.start = event.bodyStart();
            this.end = event.bodyEnd();
            this.map = map;
        }

        TableMap map() {
            return map;
        }

        @Nullable
        CapturedTable table() {
            return table;
        }

        private boolean isSameAs(BinlogEvent event) {
            return Arrays.equals(bytes, start, end, event.bytes(), event.bodyStart(), event.bodyEnd());
        }
    }

    /** Takes a description. */
    void put(BinlogEvent event) {
        if (event.bodySize() < TABLE_ID_BYTES) {
            throw EventFraming.damaged("a table's description has %d bytes".formatted(event.bodySize()));
        }
        long id = LittleEndian.uint48(event.bytes(), event.bodyStart());
        Entry known = entries.get(id);
        if (known == null || !known.isSameAs(event)) {
            Entry described = new Entry(event, TableMap.decode(event.bytes(), event.bodyStart(), event.bodyEnd()));
            if (isWanted(described.map)) {
                TableSource.Described whole = source.describe(described.map);
                described.map = whole.map();
                described.table = new CapturedTable(whole.description());
            } else {
                described.map = source.precise(described.map); // its rows are counted, too
            }
            entries.put(id, described);
            last = null;
        }
    }

    /** The table of a rows event. */
    Entry find(long id) {
        Entry entry = last;
        if (entry == null || entry.map.id() != id) {
            entry = entries.get(id);
            if (entry == null) {
                throw EventFraming.damaged("rows of table number %d come, which was not described".formatted(id));
            }
            last = entry;
        }
        return entry;
    }

    /** The name of a table as the log spells it, or as given where it has not come by; null when nobody wants it. */
    @Nullable
    TableId wanted(TableId name) {
        if (!wanted.contains(name)) {
            return null;
        }
        for (Entry entry : entries.values()) {
            CapturedTable table = entry.table;
            if (table != null && table.id().qualifiedName().equalsIgnoreCase(name.qualifiedName())) {
                return table.id();
            }
        }
        return name;
    }

    /** After a change of definitions what the catalog told may be old; descriptions that come again are looked at anew. */
    void forget() {
        entries.clear();
        last = null;
    }

    private boolean isWanted(TableMap map) {
        return wanted.contains(map.table());
    }
}
