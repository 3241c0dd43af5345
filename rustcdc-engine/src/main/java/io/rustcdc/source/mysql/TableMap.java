package io.rustcdc.source.mysql;

import io.rustcdc.event.TableId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What the server says of a table before its rows: how its columns are stored, which is enough to step over rows, and in
 * {@link #metadata} what else the server cares to tell. Immutable.
 */
final class TableMap {

    private final long id;
    private final TableId table;
    private final List<StoredType> types;
    private final byte[] metadata;
    private final RowLayout layout;

    private TableMap(long id, TableId table, List<StoredType> types, byte[] metadata) {
        this.id = id;
        this.table = table;
        this.types = List.copyOf(types);
        this.metadata = metadata;
        this.layout = RowLayout.ofAll(this.types);
    }

    /**
     * Reads the body of a TABLE_MAP event, without header and checksum.
     *
     * @throws io.rustcdc.source.SourceException TERMINAL, if it is none
     */
    static TableMap decode(byte[] bytes, int start, int end) {
        BinlogBytes in = new BinlogBytes(bytes, start, end);
        long id = in.unsigned(6);
        in.skip(2); // flags, of which none matters here
        String database = terminated(in);
        String name = terminated(in);
        if (name.isBlank()) {
            throw BinlogBytes.undecodable("a table map names no table");
        }
        int count = in.count(1);
        BinlogBytes codes = in.slice(count);
        BinlogBytes metas = in.slice(in.packed());
        List<StoredType> types = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            types.add(StoredType.read(codes.u8(), metas));
        }
        if (metas.remaining() > 0) {
            throw BinlogBytes.undecodable("the map of table '%s.%s' has %d bytes of metadata too many"
                    .formatted(database, name, metas.remaining()));
        }
        in.skip((count + 7) / 8); // which columns can be NULL
        return new TableMap(id, new TableId(database, name), types, in.copy(in.remaining()));
    }

    private static String terminated(BinlogBytes in) {
        String name = in.name();
        if (in.u8() != 0) {
            throw BinlogBytes.undecodable("a name in a table map does not end where it says");
        }
        return name;
    }

    /** What the rows events that belong to it call it; another map may take the same number later. */
    long id() {
        return id;
    }

    TableId table() {
        return table;
    }

    int size() {
        return types.size();
    }

    StoredType type(int index) {
        return types.get(index);
    }

    List<StoredType> types() {
        return types;
    }

    /** Whether only the catalog says how long the rows are, see {@link StoredType#isVague()}. */
    boolean isVague() {
        return types.stream().anyMatch(StoredType::isVague);
    }

    /** The same map with types that say how long they are. */
    TableMap withTypes(List<StoredType> precise) {
        return new TableMap(id, table, precise, metadata);
    }

    /** What the server says of the table beyond what its rows need. */
    TableMetadata metadata(Flavor flavor) {
        return TableMetadata.read(types, flavor, new BinlogBytes(metadata, 0, metadata.length));
    }

    /** How a row that has all columns is laid out. */
    RowLayout layout() {
        return layout;
    }

    /** Whether it describes the table in the same words, so that what was made of one map serves for the other. */
    boolean isDescribedAlike(TableMap other) {
        return table.equals(other.table) && types.equals(other.types) && Arrays.equals(metadata, other.metadata);
    }

    @Override
    public String toString() {
        return "TableMap[" + table + "]";
    }
}
