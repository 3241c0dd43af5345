package io.rustcdc.transform;

import io.rustcdc.event.CdcException;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Columns;
import io.rustcdc.event.FailureKind;
import io.rustcdc.event.Row;
import io.rustcdc.event.TableId;
import io.rustcdc.source.Glob;
import io.rustcdc.source.TableFilter;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Leaves out, renames, masks or hashes columns of some tables, in both images and in the key alike. What comes out is a view: values are
 * decoded, masked or hashed when they are read. Columns are named by globs in any case.
 *
 * <p>A column of the key can be renamed and hashed, since rows still differ then; leaving it out or masking it would make one row of many
 * and is a failure at the first change of the table. Immutable and thread-safe.
 */
public final class ColumnTransform implements Transform {

    /** More versions of tables than a source sees between two restarts; beyond it, they are planned anew. */
    private static final int MAX_PLANS = 1024;

    private final TableFilter tables;
    private final ColumnChange change;
    private final List<Glob> patterns;
    private final Map<Columns, ColumnPlan> plans = new ConcurrentHashMap<>();
    private volatile @Nullable ColumnPlan last;

    private ColumnTransform(TableFilter tables, List<String> columns, ColumnChange change) {
        if (columns.isEmpty()) {
            throw new IllegalArgumentException(
                    "'%s' names no column, so it would change nothing".formatted(change.kind()));
        }
        this.tables = tables;
        this.patterns = columns.stream().map(Glob::new).toList();
        this.change = change;
    }

    /**
     * Keeps these columns and leaves out all others.
     *
     * @throws IllegalArgumentException if no column is named, or one by a blank text
     */
    public static ColumnTransform include(TableFilter tables, List<String> columns) {
        return new ColumnTransform(tables, columns, new ColumnChange.Include());
    }

    /** Leaves out these columns. Errors as {@link #include}. */
    public static ColumnTransform exclude(TableFilter tables, List<String> columns) {
        return new ColumnTransform(tables, columns, new ColumnChange.Exclude());
    }

    /** Gives columns other names, from the old name to the new one. Errors as {@link #include}. */
    public static ColumnTransform rename(TableFilter tables, Map<String, String> names) {
        names.values().forEach(Glob::new);
        List<String> from = List.copyOf(names.keySet());
        return new ColumnTransform(
                tables,
                from,
                new ColumnChange.Rename(
                        from.stream().map(names::get).map(String::strip).toList()));
    }

    /** Masks these columns. Errors as {@link #include}. */
    public static ColumnTransform mask(TableFilter tables, List<String> columns, Mask mask) {
        return new ColumnTransform(tables, columns, new ColumnChange.Replace("mask", new MaskedValue(mask), false));
    }

    /** Puts hashes in the place of these columns' values. Errors as {@link #include}. */
    public static ColumnTransform hash(TableFilter tables, List<String> columns, HashKey key) {
        return new ColumnTransform(tables, columns, new ColumnChange.Replace("hash", new HashedValue(key), true));
    }

    @Override
    public ChangeEvent<Row> apply(ChangeEvent<Row> event) {
        return apply(event, plan(event.table(), ColumnPlan.columnsOf(event)));
    }

    ChangeEvent<Row> apply(ChangeEvent<Row> event, ColumnPlan plan) {
        if (!plan.changesRows()) {
            return event;
        }
        return event.withRows(
                row -> (plan.isOf(event.table(), row.columns()) ? plan : plan(event.table(), row.columns())).row(row));
    }

    /** @throws CdcException if the rule cannot be applied to a table with these columns */
    ColumnPlan plan(TableId table, Columns columns) {
        ColumnPlan recent = last;
        if (recent != null && recent.isOf(table, columns)) {
            return recent;
        }
        ColumnPlan plan = plans.get(columns);
        if (plan == null || !plan.isOf(table, columns)) {
            plan = prepare(table, columns);
            if (plans.size() >= MAX_PLANS) {
                plans.clear();
            }
            plans.put(columns, plan);
        }
        last = plan;
        return plan;
    }

    private ColumnPlan prepare(TableId table, Columns columns) {
        BitSet matched = new BitSet();
        if (!tables.matches(table)) {
            return new ColumnPlan(table, columns, matched, null);
        }
        int[] patternOf = new int[columns.size()];
        for (int i = 0; i < patternOf.length; i++) {
            patternOf[i] = -1;
            for (int p = patterns.size() - 1; p >= 0; p--) {
                if (patterns.get(p).matches(columns.name(i))) {
                    matched.set(p);
                    patternOf[i] = p;
                }
            }
        }
        try {
            return new ColumnPlan(table, columns, matched, change.target(columns, patternOf));
        } catch (IllegalArgumentException e) {
            throw new CdcException(
                    FailureKind.CONFIGURATION,
                    "'%s' cannot be applied to table %s: %s".formatted(change.kind(), table, e.getMessage()),
                    change.remedy(),
                    null);
        }
    }

    boolean isFor(TableId table) {
        return tables.matches(table);
    }

    /** Whether it is for one table, which is named: what does not match there matches nowhere. */
    boolean namesOneTable() {
        return tables.include().size() == 1
                && tables.exclude().isEmpty()
                && TableFilter.isQualifiedName(tables.include().get(0));
    }

    String kind() {
        return change.kind();
    }

    /** The rules as they were written, one for each pattern of columns. */
    List<String> rules() {
        String where = tables.include().isEmpty() ? "*" : String.join(",", tables.include());
        return patterns.stream().map(column -> where + ":" + column.pattern()).toList();
    }

    @Override
    public String toString() {
        return "%s of %s".formatted(change.kind(), rules());
    }
}
