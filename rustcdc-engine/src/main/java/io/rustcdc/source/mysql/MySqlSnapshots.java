package io.rustcdc.source.mysql;

import io.rustcdc.source.KeyRange;
import io.rustcdc.source.SnapshotBackend;
import io.rustcdc.source.SnapshotReader;
import io.rustcdc.source.SnapshotTable;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads the rows of the captured tables. */
final class MySqlSnapshots implements SnapshotBackend {

    private final MySqlOptions options;
    private final MySqlConnections connections;
    private final ReadErrors errors;
    private final Supplier<@Nullable Origin> streamed;

    /** @param streamed the server whose binlog is read; gives null where that is not known */
    MySqlSnapshots(
            MySqlOptions options,
            MySqlConnections connections,
            MySqlErrors errors,
            Supplier<@Nullable Origin> streamed) {
        this.options = options;
        this.connections = connections;
        this.errors = new ReadErrors(options, errors);
        this.streamed = streamed;
    }

    @Override
    public List<SnapshotTable> tables() {
        try (MySqlConnections.Opened sql = connections.openSql()) {
            return new SnapshotCatalog(sql.connection()).tables(new WantedTables(options));
        } catch (SQLException e) {
            throw errors.failed(e);
        }
    }

    /** There is no view that several connections could read in. */
    @Override
    public List<KeyRange> split(SnapshotTable table, int parts) {
        return List.of(KeyRange.all());
    }

    @Override
    public SnapshotReader open() {
        MySqlSnapshotReader reader =
                new MySqlSnapshotReader(() -> RowConnection.open(connections, options.flavor(), streamed), errors);
        reader.connect();
        return reader;
    }
}
