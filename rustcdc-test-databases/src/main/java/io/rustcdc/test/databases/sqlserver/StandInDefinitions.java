package io.rustcdc.test.databases.sqlserver;

import io.rustcdc.test.databases.sqlserver.StandInTable.Column;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Statements that define tables of users. They are read here, since the catalog has to tell of types that H2 does not have. */
final class StandInDefinitions {

    private static final String NAME = "(?:\\[(?:[^]]|]])+]|\"(?:[^\"]|\"\")+\"|\\w+)";
    private static final String TABLE = "(?:(" + NAME + ")\\s*\\.\\s*)?(" + NAME + ")";
    private static final Pattern CREATE = pattern("CREATE\\s+TABLE\\s+" + TABLE + "\\s*\\((.*)\\)");
    private static final Pattern DROP = pattern("DROP\\s+TABLE\\s+" + TABLE);
    private static final Pattern TRUNCATE = pattern("TRUNCATE\\s+TABLE\\s+" + TABLE);
    private static final Pattern ADD = pattern("ALTER\\s+TABLE\\s+" + TABLE + "\\s+ADD\\s+(.*)");
    private static final Pattern ALTER = pattern("ALTER\\s+TABLE\\s+" + TABLE + "\\s+ALTER\\s+COLUMN\\s+(.*)");
    private static final Pattern REMOVE =
            pattern("ALTER\\s+TABLE\\s+" + TABLE + "\\s+DROP\\s+COLUMN\\s+(" + NAME + ")");
    private static final Pattern COLUMN =
            pattern("(" + NAME + ")\\s+(\\[?\\w+]?\\s*(?:\\(\\s*\\w+\\s*(?:,\\s*\\d+\\s*)?\\))?)(.*)");
    private static final Pattern KEY =
            pattern("(?:CONSTRAINT\\s+" + NAME + "\\s+)?PRIMARY\\s+KEY(?:\\s+(?:NON)?CLUSTERED)?\\s*\\((.*)\\)");
    private static final Pattern OPTIONS_OF_H2 = Pattern.compile("(?i)\\b(NON)?CLUSTERED\\b");

    private final StandInCatalog catalog;
    private final StandInCapturing capturing;

    StandInDefinitions(StandInCatalog catalog, StandInCapturing capturing) {
        this.catalog = catalog;
        this.capturing = capturing;
    }

    private static Pattern pattern(String regex) {
        return Pattern.compile("\\s*" + regex + "\\s*;?\\s*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    }

    /** Runs a statement if it defines a table; returns whether it does. */
    boolean run(Connection connection, String sql) throws SQLException {
        Matcher create = CREATE.matcher(sql);
        if (create.matches()) {
            create(connection, create);
            return true;
        }
        Matcher add = ADD.matcher(sql);
        if (add.matches()) {
            add(connection, add, sql);
            return true;
        }
        Matcher alter = ALTER.matcher(sql);
        if (alter.matches()) {
            alter(connection, alter, sql);
            return true;
        }
        Matcher remove = REMOVE.matcher(sql);
        if (remove.matches()) {
            remove(connection, remove, sql);
            return true;
        }
        Matcher drop = DROP.matcher(sql);
        if (drop.matches()) {
            StandInTable table = table(drop);
            capturing.dropAll(connection, table);
            execute(connection, "DROP TABLE " + table.quoted());
            catalog.remove(connection, table);
            return true;
        }
        Matcher truncate = TRUNCATE.matcher(sql);
        if (truncate.matches() && !catalog.instances(table(truncate).objectId()).isEmpty()) {
            throw StandInErrors.numbered(
                    4711,
                    "Cannot truncate table '%s' because it is published for replication or enabled for Change Data Capture."
                            .formatted(table(truncate).name()));
        }
        return false;
    }

    private void create(Connection connection, Matcher create) throws SQLException {
        List<Column> columns = new ArrayList<>();
        List<String> key = new ArrayList<>();
        List<String> h2 = new ArrayList<>();
        for (String part : parts(create.group(3))) {
            Matcher ofKey = KEY.matcher(part);
            if (ofKey.matches()) {
                parts(ofKey.group(1)).forEach(name -> key.add(name(name.replaceFirst("(?i)\\s+ASC$", ""))));
                continue;
            }
            Column column = column(part, columns.size() + 1, h2);
            columns.add(column);
            if (pattern(".*\\bPRIMARY\\s+KEY\\b.*").matcher(part).matches()) {
                key.add(column.name());
            }
        }
        columns.replaceAll(column -> key.stream().anyMatch(column.name()::equalsIgnoreCase)
                ? new Column(column.name(), column.id(), column.type(), false)
                : column);
        if (!key.isEmpty()) {
            h2.add(key.stream()
                    .map(StandInTable::quoted)
                    .collect(java.util.stream.Collectors.joining(", ", "PRIMARY KEY (", ")")));
        }
        String schema = create.group(1) == null ? "dbo" : name(create.group(1));
        StandInTable table = new StandInTable(catalog.nextId(), schema, name(create.group(2)), columns, key);
        execute(connection, "CREATE TABLE %s (%s)".formatted(table.quoted(), String.join(", ", h2)));
        execute(
                connection,
                "CREATE TRIGGER %s.\"%s%d\" AFTER INSERT, UPDATE, DELETE ON %s FOR EACH ROW CALL '%s'"
                        .formatted(
                                StandInTable.quoted(schema),
                                StandInTrigger.NAME,
                                table.objectId(),
                                table.quoted(),
                                StandInTrigger.class.getName()));
        catalog.put(connection, table);
    }

    private static Column column(String text, int id, List<String> h2) {
        Matcher parts = COLUMN.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("Expected a column, found " + text);
        }
        StandInType type = StandInType.parse(parts.group(2));
        String rest = OPTIONS_OF_H2.matcher(parts.group(3)).replaceAll("").replaceAll("(?i)\\bPRIMARY\\s+KEY\\b", "");
        h2.add(StandInTable.quoted(name(parts.group(1))) + " " + type.h2() + generated(type) + " "
                + TSqlBend.bend(rest));
        boolean nullable = !pattern(".*\\bNOT\\s+NULL\\b.*").matcher(rest).matches();
        return new Column(name(parts.group(1)), id, type, nullable);
    }

    private static String generated(StandInType type) {
        return type.isRowVersion()
                ? " DEFAULT CAST(NEXT VALUE FOR sys.dbts AS BINARY(8)) ON UPDATE CAST(NEXT VALUE FOR sys.dbts AS BINARY(8))"
                : "";
    }

    private void add(Connection connection, Matcher add, String sql) throws SQLException {
        StandInTable table = table(add);
        List<Column> columns = new ArrayList<>(table.columns());
        List<String> h2 = new ArrayList<>();
        for (String part : parts(add.group(3))) {
            int id = columns.stream().mapToInt(Column::id).max().orElse(0) + 1;
            columns.add(column(part, id, h2));
        }
        for (String definition : h2) {
            execute(connection, "ALTER TABLE %s ADD COLUMN %s".formatted(table.quoted(), definition));
        }
        changed(connection, table.with(columns), sql, null);
    }

    private void alter(Connection connection, Matcher alter, String sql) throws SQLException {
        StandInTable table = table(alter);
        List<String> h2 = new ArrayList<>();
        Column changed = column(alter.group(3), 0, h2);
        execute(connection, "ALTER TABLE %s ALTER COLUMN %s".formatted(table.quoted(), h2.get(0)));
        List<Column> columns = new ArrayList<>(table.columns());
        columns.replaceAll(column -> column.name().equalsIgnoreCase(changed.name())
                ? new Column(column.name(), column.id(), changed.type(), changed.nullable())
                : column);
        StandInTable now = table.with(columns);
        changed(connection, now, sql, now.column(changed.name()));
    }

    private void remove(Connection connection, Matcher remove, String sql) throws SQLException {
        StandInTable table = table(remove);
        Column gone = table.column(name(remove.group(3)));
        execute(
                connection,
                "ALTER TABLE %s DROP COLUMN %s".formatted(table.quoted(), StandInTable.quoted(gone.name())));
        List<Column> columns = new ArrayList<>(table.columns());
        columns.remove(gone);
        changed(connection, table.with(columns), sql, null);
    }

    private void changed(
            Connection connection, StandInTable table, String sql, @org.jspecify.annotations.Nullable Column retyped)
            throws SQLException {
        catalog.put(connection, table);
        capturing.tableChanged(table, sql.strip(), retyped);
    }

    private StandInTable table(Matcher matcher) {
        String schema = matcher.group(1) == null ? "dbo" : name(matcher.group(1));
        return catalog.table(schema, name(matcher.group(2)));
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static String name(String quoted) {
        String name = quoted.strip();
        if (name.startsWith("[")) {
            return name.substring(1, name.length() - 1).replace("]]", "]");
        }
        return name.startsWith("\"") ? name.substring(1, name.length() - 1).replace("\"\"", "\"") : name;
    }

    /** What stands between the commas that are in no brackets. */
    static List<String> parts(String list) {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        int begin = 0;
        for (int i = 0; i < list.length(); ) {
            int end = TSqlBend.literalEnd(list, i);
            if (end > i) {
                i = end;
                continue;
            }
            char c = list.charAt(i);
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (c == ',' && depth == 0) {
                parts.add(list.substring(begin, i).strip());
                begin = i + 1;
            }
            i++;
        }
        parts.add(list.substring(begin).strip());
        return parts;
    }
}
