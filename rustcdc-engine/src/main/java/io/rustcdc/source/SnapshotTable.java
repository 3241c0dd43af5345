package io.rustcdc.source;

import io.rustcdc.event.TableId;
import java.util.List;

/**
 * A table whose rows can be read.
 *
 * @param incarnation tells this table from others that were in the stream under the same name, and from itself where it left
 *     the stream and came back: changes in between did not come
 * @param key the columns by which it is read in order and resumed, in key order; empty when it has no such key: then its
 *     rows are read in one pass
 * @param identity the columns by which the stream names a changed row; those of the key unless the table says otherwise
 * @param estimatedRows by the server's statistics; -1 when it has none
 */
public record SnapshotTable(
        TableId id, String incarnation, List<String> key, List<String> identity, long estimatedRows) {

    public SnapshotTable {
        key = List.copyOf(key);
        identity = List.copyOf(identity);
    }

    public boolean isKeyed() {
        return !key.isEmpty();
    }
}
