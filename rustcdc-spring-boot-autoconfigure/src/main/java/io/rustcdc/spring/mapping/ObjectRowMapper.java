package io.rustcdc.spring.mapping;

import io.rustcdc.event.AbsentColumnException;
import io.rustcdc.event.Columns;
import io.rustcdc.event.Row;
import io.rustcdc.event.ValueDecodeException;
import io.rustcdc.spring.FillPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.ResolvableType;

/** Fills a record or a bean. Which column goes where is found once for each version of a table. */
final class ObjectRowMapper<T> implements RowMapper<T> {

    /** More versions of tables than a listener sees between two restarts; beyond it, they are found anew. */
    private static final int MAX_PLANS = 256;

    private static final Logger logger = LoggerFactory.getLogger(ObjectRowMapper.class);

    private final String typeName;
    private final Shape shape;
    private final Slot[] slots;

    /** Of each slot, whether it stays empty where the source did not send the column; else reading it says so. */
    private final boolean[] mayBeAbsent;

    private final Map<Columns, Plan> plans = new ConcurrentHashMap<>();
    private @Nullable Plan lastPlan;

    ObjectRowMapper(ResolvableType type, Shape shape, FillPolicy fill) {
        this.typeName = type.toClass().getName();
        this.shape = shape;
        this.slots = shape.slots();
        this.mayBeAbsent = new boolean[slots.length];
        for (int i = 0; i < slots.length; i++) {
            mayBeAbsent[i] = slots[i].mayBeAbsent(fill);
        }
    }

    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    public T map(Row row) {
        int[] indexes = plan(row.columns()).indexes;
        @Nullable Object[] values = new @Nullable Object[indexes.length];
        for (int i = 0; i < indexes.length; i++) {
            if (indexes[i] < 0 || (mayBeAbsent[i] && !row.isPresent(indexes[i]))) {
                values[i] = slots[i].empty();
                continue;
            }
            try {
                values[i] = slots[i].read(row, indexes[i]);
            } catch (MismatchException | AbsentColumnException | ValueDecodeException e) {
                throw unreadable(slots[i], row.columns().name(indexes[i]), e);
            }
        }
        try {
            return (T) shape.create(values);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new RowMappingException(
                    "%s could not be created: %s"
                            .formatted(typeName, e.getClass().getName()),
                    "Mend its constructor or setters.",
                    e);
        }
    }

    @Override
    public boolean isMappable(Row row) {
        int[] indexes = plan(row.columns()).indexes;
        for (int i = 0; i < indexes.length; i++) {
            if (indexes[i] >= 0 && !row.isPresent(indexes[i]) && !slots[i].tellsAbsent()) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean isFilledBy(Row row) {
        for (int index : plan(row.columns()).indexes) {
            if (index >= 0 && !row.isPresent(index)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean mapsSchemaChanges() {
        return false;
    }

    /** The plan of the last row is nearly always the right one; a stale read of it only costs a look into the map. */
    private Plan plan(Columns columns) {
        Plan last = lastPlan;
        if (last != null && last.columns == columns) {
            return last;
        }
        Plan plan = plans.get(columns);
        if (plan == null) {
            plan = prepare(columns);
            if (plans.size() >= MAX_PLANS) {
                plans.clear();
            }
            plans.put(columns, plan);
        }
        lastPlan = plan;
        return plan;
    }

    private Plan prepare(Columns columns) {
        int[] indexes = new int[slots.length];
        List<String> missing = new ArrayList<>();
        List<String> empty = new ArrayList<>();
        for (int i = 0; i < slots.length; i++) {
            indexes[i] = ColumnNames.indexOf(columns, slots[i].name());
            if (indexes[i] < 0) {
                String name = "'%s' (column '%s')".formatted(slots[i].name(), ColumnNames.snakeCase(slots[i].name()));
                (slots[i].needsNoColumn() ? empty : missing).add(name);
            }
        }
        if (!missing.isEmpty()) {
            throw new RowMappingException(
                    "%s cannot be filled: no column fits %s; the columns are %s"
                            .formatted(typeName, String.join(", ", missing), columns.names()),
                    "Rename or remove what has no column, make it @Nullable or Optional, or let the listener take a Map<String, Object> or Row. If a table on PostgreSQL has the column, the publication does not send it: it never sends a generated column before PostgreSQL 18 (from then on with publish_generated_columns = stored), nor one that a column list leaves out.",
                    null);
        }
        if (!empty.isEmpty()) {
            logger.warn(
                    "{}: no column fits {}, so it stays empty; the columns are {}",
                    typeName,
                    String.join(", ", empty),
                    columns.names());
        }
        return new Plan(columns, indexes);
    }

    private RowMappingException unreadable(Slot slot, String column, RuntimeException reason) {
        String action = reason instanceof AbsentColumnException
                ? "Make the table send the column (PostgreSQL: ALTER TABLE ... REPLICA IDENTITY FULL, then it is taken from the row before the update; MySQL and MariaDB: binlog_row_image = FULL), or make '%s' a CdcValue, or take a Row and ask isPresent."
                        .formatted(slot.name())
                : "Change the type of '%s', or let the listener take a Map<String, Object> or Row."
                        .formatted(slot.name());
        return new RowMappingException(
                "Column '%s' cannot be read into '%s' (%s) of %s: %s"
                        .formatted(column, slot.name(), slot.typeName(), typeName, reason.getMessage()),
                action,
                null);
    }

    /** For one version of a table: where the value of each slot is. Immutable, so it may be shared without a lock. */
    private static final class Plan {

        private final Columns columns;
        private final int[] indexes;

        private Plan(Columns columns, int[] indexes) {
            this.columns = columns;
            this.indexes = indexes;
        }
    }
}
