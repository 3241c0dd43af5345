package io.rustcdc.source.sqlserver;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The versions of a table that one capture instance shows. A change table never gets a column, but the source may drop one: from there
 * on its column holds NULL, which is not what it was, so later versions do not have it.
 */
final class TableVersions {

    private final CaptureInstance instance;
    private final RowShape stored;
    private final TreeMap<Lsn, CapturedTable> versions = new TreeMap<>();

    /** @param statements that were run on the table, in order */
    TableVersions(CaptureInstance instance, List<DefinitionStatement> statements) {
        this.instance = instance;
        this.stored = new RowShape(instance.columns(), keyOf(instance.columns(), instance.key()));
        Map<CapturedColumn, Lsn> dropped = dropped(instance, statements);
        versions.put(Lsn.ZERO, version(Lsn.ZERO, dropped));
        for (Lsn drop : dropped.values()) {
            versions.computeIfAbsent(drop, from -> version(from, dropped));
        }
    }

    private static Map<CapturedColumn, Lsn> dropped(CaptureInstance instance, List<DefinitionStatement> statements) {
        Map<CapturedColumn, Lsn> dropped = new LinkedHashMap<>();
        for (CapturedColumn column : instance.columns()) {
            if (!column.inSource()) {
                Lsn drop = Lsn.ZERO;
                for (DefinitionStatement statement : statements) {
                    if (statement.drops(column.name())) {
                        drop = statement.lsn();
                    }
                }
                dropped.put(column, drop);
            }
        }
        return dropped;
    }

    private CapturedTable version(Lsn from, Map<CapturedColumn, Lsn> dropped) {
        List<CapturedColumn> columns = new ArrayList<>();
        for (CapturedColumn column : instance.columns()) {
            Lsn drop = dropped.get(column);
            if (drop == null || from.isBefore(drop)) {
                columns.add(column);
            }
        }
        return new CapturedTable(instance.table(), columns, keyOf(columns, instance.key()));
    }

    private static List<String> keyOf(List<CapturedColumn> columns, List<String> key) {
        List<String> names = columns.stream().map(CapturedColumn::name).toList();
        return names.containsAll(key) ? key : List.of();
    }

    /** What the rows of the change table hold, whenever they were written. */
    RowShape stored() {
        return stored;
    }

    /** The version of the changes of a transaction. */
    CapturedTable at(Lsn commit) {
        return Objects.requireNonNull(versions.floorEntry(commit)).getValue();
    }

    /** The version of now. */
    CapturedTable newest() {
        return versions.lastEntry().getValue();
    }

    /** A statement that changed the definition of a captured table. */
    record DefinitionStatement(int changeTableId, Lsn lsn, String text, boolean columnUpdated) {

        boolean drops(String column) {
            String upper = text.toUpperCase(Locale.ROOT);
            return upper.contains("DROP") && upper.contains(column.toUpperCase(Locale.ROOT));
        }

        /** Whether it adds a column, which no change table gets. */
        boolean addsColumn() {
            return text.matches(
                    "(?is).*\\sADD\\s+(?!CONSTRAINT\\b|PRIMARY\\b|UNIQUE\\b|CHECK\\b|FOREIGN\\b|DEFAULT\\b).*");
        }

        /** Whether it moves rows from table to table, which is not captured. */
        boolean movesRows() {
            return text.matches("(?is).*\\sSWITCH\\s.*");
        }
    }
}
