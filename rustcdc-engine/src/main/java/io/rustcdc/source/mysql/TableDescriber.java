package io.rustcdc.source.mysql;

import io.rustcdc.event.TableId;
import io.rustcdc.schema.ColumnSchema;
import io.rustcdc.schema.TableSchema;
import io.rustcdc.source.SourceException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Joins what a table map and the catalog say of a table. A full table map is believed alone, since it is as old as its rows. The
 * catalog is as new as it is asked, so it is believed only where it and the table map agree in all that both say.
 */
final class TableDescriber {

    /** What the server adds behind the columns for a unique key that is too long for an index; nobody can select it. */
    private static final Pattern HIDDEN = Pattern.compile("DB_ROW_HASH_\\d+");

    private static final List<String> GEOMETRIES = List.of(
            "geometry",
            "point",
            "linestring",
            "polygon",
            "multipoint",
            "multilinestring",
            "multipolygon",
            "geometrycollection");

    private final Flavor flavor;
    private final Collations collations;

    TableDescriber(Flavor flavor, Collations collations) {
        this.flavor = flavor;
        this.collations = collations;
    }

    /** Whether the table map alone does not tell all that {@link #describe(TableMap, CatalogTable)} needs. */
    boolean needsCatalog(TableMap map) {
        return map.isVague()
                || !map.metadata(flavor).isFull()
                || (flavor == Flavor.MARIADB && map.types().stream().anyMatch(TableDescriber::isMaybeSpecial));
    }

    /** MariaDB's UUID, INET6 and INET4 look like BINARY of their sizes. */
    private static boolean isMaybeSpecial(StoredType type) {
        return type.code() == StoredType.STRING && (type.meta() == 16 || type.meta() == 4);
    }

    /**
     * Describes the table for its rows in the stream.
     *
     * @param map made {@link #precise} if it is vague
     * @param table from the catalog, where {@link #needsCatalog} asks for it and it is still there
     * @throws SourceException TERMINAL, if the two do not agree, or what is needed is nowhere
     */
    TableDescription describe(TableMap map, @Nullable CatalogTable table) {
        TableMetadata metadata = map.metadata(flavor);
        if (metadata.isFull()) {
            return full(map, metadata, table);
        }
        CatalogTable agreeing = CatalogAgreement.require(map, metadata, table, this);
        requireLabels(agreeing);
        return describe(agreeing);
    }

    /** Describes the table for the cells of its rows. */
    TableDescription describe(CatalogTable table) {
        List<String> names = table.columns().stream().map(CatalogColumn::name).toList();
        List<ColumnType> types = new ArrayList<>();
        for (CatalogColumn column : table.columns()) {
            types.add(type(table.id(), column));
        }
        return description(table.id(), names, types, table.key());
    }

    /**
     * The map with the sizes that it leaves open, see {@link TableMap#isVague}.
     *
     * @throws SourceException TERMINAL, if map and catalog do not agree
     */
    TableMap precise(TableMap map, @Nullable CatalogTable table) {
        CatalogTable agreeing = CatalogAgreement.require(map, map.metadata(flavor), table, this);
        List<StoredType> types = new ArrayList<>(map.types());
        for (int i = 0; i < agreeing.columns().size(); i++) {
            StoredType stored = agreeing.columns().get(i).stored();
            if (stored != null) {
                types.set(i, stored);
            }
        }
        return map.withTypes(types);
    }

    private TableDescription full(TableMap map, TableMetadata metadata, @Nullable CatalogTable table) {
        int size = map.size();
        while (size > 0 && HIDDEN.matcher(metadata.names().get(size - 1)).matches()) {
            size--;
        }
        List<ColumnType> types = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            ServerCharset charset = charset(
                    map.table(), metadata.names().get(i), metadata.collations().get(i));
            if (charset == null && (map.type(i).hasCharacters() || map.type(i).hasLabels())) {
                throw BinlogBytes.undecodable("the map of table '%s' tells no charset of column '%s'"
                        .formatted(map.table(), metadata.names().get(i)));
            }
            List<String> labels = metadata.labels().get(i).stream()
                    .map(label -> charset == null ? "" : charset.decode(label, 0, label.length))
                    .toList();
            types.add(new ColumnType(
                    map.type(i), metadata.unsigned().get(i), charset, labels, special(map, metadata, i, table)));
        }
        List<String> key = metadata.key().stream().map(metadata.names()::get).toList();
        return description(map.table(), metadata.names().subList(0, size), types, key);
    }

    private static @Nullable String special(
            TableMap map, TableMetadata metadata, int index, @Nullable CatalogTable table) {
        StoredType stored = map.type(index);
        if (stored.code() == StoredType.GEOMETRY) {
            int geometry = metadata.geometries().get(index);
            return geometry < GEOMETRIES.size() ? GEOMETRIES.get(geometry) : GEOMETRIES.get(0);
        }
        if (table == null || !isMaybeSpecial(stored)) {
            return null;
        }
        for (CatalogColumn column : table.columns()) {
            if (column.name().equals(metadata.names().get(index)) && stored.equals(column.stored())) {
                return column.special();
            }
        }
        return null;
    }

    private ColumnType type(TableId table, CatalogColumn column) {
        StoredType stored = column.stored();
        if (stored == null) {
            throw SourceException.terminal(
                    "Column '%s' of '%s' has the type %s, which neither server had when this was written"
                            .formatted(column.name(), table, column.columnType()),
                    "Take a newer version of rustcdc, or leave the table out.");
        }
        String name = column.charset();
        if (name == null) {
            name = ServerCharset.BINARY; // where it matters
        }
        return new ColumnType(
                stored, column.isUnsigned(), charset(table, column.name(), name), column.labels(), column.special());
    }

    /** The charset of a column of characters, bytes or labels; null for collation 0, which no such column has. */
    @Nullable
    ServerCharset charset(TableId table, String column, int collation) {
        if (collation == 0) {
            return null;
        }
        String name = collations.charset(collation);
        if (name == null) {
            throw SourceException.terminal(
                    "Column '%s' of '%s' has collation %d, which information_schema does not have"
                            .formatted(column, table, collation),
                    "If the server was upgraded since, restart the source.");
        }
        return charset(table, column, name);
    }

    private static ServerCharset charset(TableId table, String column, String name) {
        ServerCharset charset = ServerCharset.named(name);
        if (charset == null) {
            throw SourceException.terminal(
                    "Column '%s' of '%s' has the charset %s, which this Java runtime cannot read"
                            .formatted(column, table, name),
                    "If it is a reduced runtime, add the module jdk.charsets to it; else convert the column to utf8mb4, or "
                            + "leave the table out.");
        }
        return charset;
    }

    /** The catalog holds labels in utf8mb3, so it has a question mark for what that cannot hold. */
    private static void requireLabels(CatalogTable table) {
        for (CatalogColumn column : table.columns()) {
            String name = column.charset();
            ServerCharset charset = name == null ? null : ServerCharset.named(name);
            if (charset != null
                    && charset.maxLength() > 3
                    && column.labels().stream().anyMatch(label -> label.indexOf('?') >= 0)) {
                throw SourceException.terminal(
                        "The labels of column '%s' of '%s' have question marks, and maybe those stand for characters that the catalog cannot hold"
                                .formatted(column.name(), table.id()),
                        CatalogAgreement.FULL_METADATA);
            }
        }
    }

    private static TableDescription description(
            TableId table, List<String> names, List<ColumnType> types, List<String> key) {
        List<ColumnCodec> codecs = types.stream().map(ColumnType::codec).toList();
        List<ColumnSchema> columns = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            columns.add(new ColumnSchema(names.get(i), codecs.get(i).typeName()));
        }
        return new TableDescription(new TableSchema(table, columns, key), new RowShape(names, codecs, key));
    }
}
