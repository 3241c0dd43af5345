package io.rustcdc.source.postgres;

import io.rustcdc.event.FailureKind;
import io.rustcdc.event.TableId;
import io.rustcdc.schema.AcknowledgedSchema;
import io.rustcdc.schema.ColumnSchema;
import io.rustcdc.schema.TableSchema;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.TableFilter;
import io.rustcdc.source.postgres.PgOutputMessage.Relation;
import io.rustcdc.source.postgres.TableKeys.TableKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tables and types that one connection has described so far. A description that comes again unchanged, as it does
 * after an ANALYZE, keeps the instance that prepared readers know. For one thread.
 */
final class Relations {

    private static final Logger logger = LoggerFactory.getLogger(Relations.class);

    private final TableFilter filter;
    private final TableKeys keys;
    private final ColumnTypes types;
    private final Map<TableId, AcknowledgedSchema> acknowledged;
    private final Map<Integer, Entry> entries = new HashMap<>();
    private @Nullable Entry last;

    /** @param acknowledged the last shapes that were known before this connection */
    Relations(TableFilter filter, TableKeys keys, ColumnTypes types, Map<TableId, AcknowledgedSchema> acknowledged) {
        this.filter = filter;
        this.keys = keys;
        this.types = types;
        this.acknowledged = Map.copyOf(acknowledged);
    }

    void put(PgOutputMessage.TypeName type) {
        types.put(type);
    }

    void put(Relation relation) {
        last = null;
        try {
            TableId id = new TableId(relation.schema(), relation.name());
            Entry entry = entries.get(relation.id());
            CapturedTable old = entry == null ? null : entry.table;
            CapturedTable table = filter.matches(id) ? describe(id, relation, old) : null;
            if (old != null && table == null) {
                logger.warn(
                        "Table '{}' is named '{}' now, which is not captured: its changes are no longer delivered. To get them, "
                                + "add the new name to the tables of the source and restart it.",
                        old.id(),
                        id);
            }
            if (old == null || table == null || !old.isDescribedAlike(table)) {
                entries.put(relation.id(), new Entry(relation.id(), table));
            }
        } catch (IllegalArgumentException e) {
            throw PgOutputDecoder.undecodable("RELATION %s makes no table: %s"
                    .formatted(Integer.toUnsignedString(relation.id()), e.getMessage()));
        }
    }

    /** The table of a change, null when nobody wants it. */
    @Nullable
    CapturedTable find(int relation) {
        Entry entry = last;
        if (entry == null || entry.relation != relation) {
            entry = entries.get(relation);
            if (entry == null) {
                throw PgOutputDecoder.undecodable("a change names relation %s, which the server has not described"
                        .formatted(Integer.toUnsignedString(relation)));
            }
            last = entry;
        }
        return entry.table;
    }

    private CapturedTable describe(TableId id, Relation relation, @Nullable CapturedTable old) {
        List<ColumnType> columnTypes =
                relation.columns().stream().map(types::of).toList();
        List<ColumnSchema> columns = new ArrayList<>(columnTypes.size());
        for (int i = 0; i < columnTypes.size(); i++) {
            columns.add(new ColumnSchema(
                    relation.columns().get(i).name(), columnTypes.get(i).name()));
        }
        TableKey key = old != null && old.hasKeyOf(relation) ? old.key() : key(id, relation, old);
        TableSchema schema = new TableSchema(id, columns, key.columns());
        return new CapturedTable(relation, schema, key, new RowShape(relation, columnTypes, key));
    }

    /**
     * The catalog is asked over a connection of its own. That it cannot be asked now is no reason to end a stream that flows,
     * where an earlier description of the same columns has told the key.
     */
    private TableKey key(TableId id, Relation relation, @Nullable CapturedTable old) {
        try {
            return keys.of(id, relation, known(id, old));
        } catch (SourceException e) {
            boolean passes = e.kind() == FailureKind.TRANSIENT || e.kind() == FailureKind.AUTHENTICATION;
            if (!passes || old == null || !old.hasColumnsOf(relation)) {
                throw e;
            }
            logger.warn(
                    "Table '{}' was described again and its primary key could not be looked up; it is taken to be {} as before: {}",
                    id,
                    old.key().columns(),
                    e.description());
            return old.key();
        }
    }

    private @Nullable TableSchema known(TableId id, @Nullable CapturedTable old) {
        if (old != null) {
            return old.schema();
        }
        AcknowledgedSchema saved = acknowledged.get(id);
        return saved == null ? null : saved.schema();
    }

    private record Entry(int relation, @Nullable CapturedTable table) {}
}
