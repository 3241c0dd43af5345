package io.rustcdc.source.mysql;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Offset;
import io.rustcdc.event.Row;
import io.rustcdc.schema.TableSchema;
import io.rustcdc.source.CollectingSink;
import io.rustcdc.source.KeyRange;
import io.rustcdc.source.SnapshotBackend;
import io.rustcdc.source.SnapshotReader;
import io.rustcdc.source.SnapshotTable;
import io.rustcdc.source.SourceStream;
import io.rustcdc.source.StreamRequest;
import io.rustcdc.source.TableFilter;
import io.rustcdc.test.databases.MySqlServer;
import io.rustcdc.test.databases.golden.MySqlType;
import io.rustcdc.test.databases.golden.MySqlType.Value;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The golden table in a server of its own. Each type has a table {@code full_n (id, note, v)}, through which all values go, and,
 * if it can be a key, a table {@code key_n (v, note)} with one row that takes one value after the other. What is written in the
 * zone -08:00, on a server in the zone +05:30, is read without either of them.
 */
final class GoldenMySql implements AutoCloseable {

    private static final String SESSION = "SET SESSION sql_mode = '', time_zone = '-08:00'";

    private final List<MySqlType> types;
    private final MySqlServer server;
    private final MySqlFixture source;

    GoldenMySql(Flavor flavor, List<MySqlType> types) {
        this.types = types;
        this.server = MySqlServer.builder(flavor).start();
        this.source = new MySqlFixture(server);
        List<String> tables = new ArrayList<>();
        for (MySqlType type : types) {
            tables.add(
                    "CREATE TABLE %s (id int PRIMARY KEY, note text, v %s)".formatted(full(type), type.definition()));
            if (type.keyable()) {
                tables.add("CREATE TABLE %s (v %s, note text, PRIMARY KEY (v))"
                        .formatted(key(type), type.definition().replace(" null", "")));
            }
        }
        run(tables);
    }

    String full(MySqlType type) {
        return "full_" + types.indexOf(type);
    }

    String key(MySqlType type) {
        return "key_" + types.indexOf(type);
    }

    /** What was read. */
    record Changes(Map<String, List<ChangeEvent<Row>>> byTable, Map<String, TableSchema> schemas) {}

    /** Writes all values under this binlog_row_metadata, and reads what the stream makes of it. */
    Changes write(String metadata) {
        server.database("mysql").sql("SET GLOBAL binlog_row_metadata = " + metadata);
        Offset start;
        try (SourceStream stream = connector().open(StreamRequest.fresh())) {
            MySqlFixture.awaitTakenUp(stream);
            start = stream.start();
        }
        List<String> statements = new ArrayList<>();
        for (MySqlType type : types) {
            statements.addAll(writeFull(type));
            if (type.keyable()) {
                statements.addAll(writeKey(type));
            }
        }
        run(statements);
        CollectingSink sink = new CollectingSink();
        try (SourceStream stream = connector().open(StreamRequest.resume(start))) {
            source.readUpToMark(stream, sink);
        }
        Map<String, TableSchema> schemas = new HashMap<>();
        sink.schemas.forEach((table, schema) -> schemas.put(table.name(), schema.schema()));
        return new Changes(
                sink.events.stream()
                        .collect(Collectors.groupingBy(
                                event -> event.table().name(), LinkedHashMap::new, Collectors.toList())),
                schemas);
    }

    /** Writes the values once more, to be rows that exist, and reads those of each table by their ids. */
    Map<String, List<Row>> writeRows() {
        run(types.stream().map(type -> writeFull(type).get(0)).toList());
        SnapshotBackend snapshots = connector().snapshots();
        Map<String, List<Row>> rows = new HashMap<>();
        try (SnapshotReader reader = snapshots.open()) {
            for (SnapshotTable table : snapshots.tables()) {
                rows.put(
                        table.id().name(),
                        reader.read(table, KeyRange.all(), null, 10_000).rows());
            }
        }
        return rows;
    }

    private MySqlConnector connector() {
        return new MySqlConnector(source.options().tables(TableFilter.of("*")).build());
    }

    /** Five changes of each value: into a new row, away, back, kept by an update of something else, and deleted. */
    private List<String> writeFull(MySqlType type) {
        String table = full(type);
        List<Value> values = type.values();
        List<String> statements = new ArrayList<>();
        statements.add("INSERT INTO %s (id, v) VALUES %s"
                .formatted(
                        table,
                        IntStream.range(0, values.size())
                                .mapToObj(i ->
                                        "(%d, %s)".formatted(i, values.get(i).sql()))
                                .collect(Collectors.joining(", "))));
        statements.add("UPDATE %s SET v = NULL".formatted(table));
        for (int i = 0; i < values.size(); i++) {
            statements.add("UPDATE %s SET v = %s WHERE id = %d"
                    .formatted(table, values.get(i).sql(), i));
        }
        statements.add("UPDATE %s SET note = 'kept'".formatted(table));
        statements.add("DELETE FROM " + table + " WHERE id >= 0");
        return statements;
    }

    private List<String> writeKey(MySqlType type) {
        String table = key(type);
        List<String> statements = new ArrayList<>();
        for (Value value : type.values()) {
            statements.add(
                    statements.isEmpty()
                            ? "INSERT INTO %s (v) VALUES (%s)".formatted(table, value.sql())
                            : "UPDATE %s SET v = %s".formatted(table, value.sql()));
        }
        statements.add("DELETE FROM " + table + " WHERE note IS NULL");
        return statements;
    }

    private void run(List<String> statements) {
        try (Connection connection = source.database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(SESSION);
            for (String sql : statements) {
                try {
                    statement.execute(sql);
                } catch (SQLException e) {
                    throw new IllegalStateException("Cannot run " + sql.substring(0, Math.min(200, sql.length())), e);
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot write the golden table", e);
        }
    }

    @Override
    public void close() {
        source.close();
        server.close();
    }
}
