package io.rustcdc.source.mysql;

import io.rustcdc.event.Row;
import io.rustcdc.event.TableId;
import io.rustcdc.source.Credentials;
import io.rustcdc.source.KeyRange;
import io.rustcdc.source.SnapshotChunk;
import io.rustcdc.source.SnapshotReader;
import io.rustcdc.source.SnapshotTable;
import io.rustcdc.source.TableFilter;
import io.rustcdc.source.Transport;
import io.rustcdc.test.databases.MySqlDatabase;
import io.rustcdc.test.databases.MySqlServer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads rows of one database as the superuser, or as another user. */
final class SnapshotReading implements AutoCloseable {

    private final MySqlDatabase database;
    private final MySqlSnapshots snapshots;
    private final SnapshotReader reader;

    SnapshotReading(MySqlDatabase database) {
        this(database, options(database).build());
    }

    SnapshotReading(MySqlDatabase database, MySqlOptions options) {
        this.database = database;
        this.snapshots =
                new MySqlSnapshots(options, new MySqlConnections(options), new MySqlErrors(options), () -> null);
        this.reader = snapshots.open();
    }

    static MySqlOptions.Builder options(MySqlDatabase database) {
        return options(database, MySqlServer.SUPERUSER, "");
    }

    static MySqlOptions.Builder options(MySqlDatabase database, String user, String password) {
        MySqlServer server = database.server();
        return MySqlOptions.builder(server.flavor(), "shop")
                .host(server.host())
                .port(server.port())
                .credentials(() -> new Credentials(user, password))
                .transport(Transport.plaintext())
                .tables(TableFilter.of(database.name() + ".*"))
                .serverId(4711);
    }

    MySqlSnapshots snapshots() {
        return snapshots;
    }

    SnapshotReader reader() {
        return reader;
    }

    SnapshotTable table(String name) {
        TableId id = new TableId(database.name(), name);
        return snapshots.tables().stream()
                .filter(table -> table.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new AssertionError("No table " + id));
    }

    SnapshotChunk read(String table, KeyRange range, @Nullable String condition, int limit) {
        return reader.read(table(table), range, condition, limit);
    }

    /** All rows of a range, in chunks of so many. */
    List<Row> inChunks(SnapshotTable table, KeyRange all, @Nullable String condition, int limit) {
        List<Row> rows = new ArrayList<>();
        KeyRange rest = all;
        while (true) {
            SnapshotChunk chunk = reader.read(table, rest, condition, limit);
            rows.addAll(chunk.rows());
            if (chunk.atEnd()) {
                return rows;
            }
            rest = rest.startingAfter(chunk.lastKey());
        }
    }

    List<Row> inChunks(String table, int limit) {
        return inChunks(table(table), KeyRange.all(), null, limit);
    }

    /** All rows in one pass, in portions of so many; the first portion is empty. */
    List<SnapshotChunk> through(String table, @Nullable String condition, int limit) {
        List<SnapshotChunk> portions = new ArrayList<>();
        reader.readThrough(table(table), KeyRange.all(), condition, limit, portions::add);
        return portions;
    }

    static List<String> texts(List<Row> rows, String column) {
        return rows.stream()
                .map(row -> String.valueOf(row.text(row.columns().indexOf(column))))
                .toList();
    }

    @Override
    public void close() {
        reader.close();
    }
}
