package io.rustcdc.source.postgres;

import io.rustcdc.event.TableId;
import io.rustcdc.source.KeyRange;
import io.rustcdc.source.SnapshotBackend;
import io.rustcdc.source.SnapshotReader;
import io.rustcdc.source.SnapshotTable;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads the rows of the published tables with COPY. */
final class PostgresSnapshots implements SnapshotBackend {

    /** Enough for even ranges, few enough to be sorted in no time. */
    private static final int SAMPLED_ROWS = 20_000;

    /** The estimate may be old; then the ranges are uneven, but nobody waits for them. */
    private static final int MOST_SAMPLED_ROWS = 5 * SAMPLED_ROWS;

    private final PostgresOptions options;
    private final PostgresConnections connections;
    private final PostgresErrors errors;
    private final @Nullable String exportedSnapshot;

    /**
     * @param exportedSnapshot the snapshot to read in, as a replication slot's creation exported it; null for that of each
     *     transaction
     */
    PostgresSnapshots(
            PostgresOptions options,
            PostgresConnections connections,
            PostgresErrors errors,
            @Nullable String exportedSnapshot) {
        this.options = options;
        this.connections = connections;
        this.errors = errors;
        this.exportedSnapshot = exportedSnapshot;
    }

    @Override
    public List<SnapshotTable> tables() {
        try (Connection connection = connections.openSql()) {
            List<CatalogTable> all = new PostgresCatalog(connection).tables(options.publicationName());
            Set<TableId> wanted = new WantedTables(options)
                    .of(all).stream().map(CatalogTable::id).collect(Collectors.toSet());
            return new SnapshotCatalog(connection, options.publicationName()).tables(wanted);
        } catch (SQLException e) {
            throw errors.failed("read the tables", e);
        }
    }

    @Override
    public List<KeyRange> split(SnapshotTable table, int parts) {
        if (parts < 2 || !table.isKeyed() || table.estimatedRows() <= 0) {
            return List.of(KeyRange.all());
        }
        double percent = Math.min(100.0, 100.0 * SAMPLED_ROWS / table.estimatedRows());
        // With the table's name, since a bare one would mean the text beside it, which sorts otherwise.
        String key = table.key().stream()
                .map(column -> "sampled." + ServerChecks.quoted(column))
                .collect(Collectors.joining(", "));
        String texts = table.key().stream()
                .map(column -> ServerChecks.quoted(column) + "::text")
                .collect(Collectors.joining(", "));
        String sql = "SELECT %s FROM (SELECT * FROM %s TABLESAMPLE SYSTEM (%s) LIMIT %d) AS sampled ORDER BY %s"
                .formatted(texts, SnapshotCatalog.quoted(table.id()), percent, MOST_SAMPLED_ROWS, key);
        List<List<String>> sample = new ArrayList<>();
        try (Connection connection = connections.openSql();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                List<String> values = new ArrayList<>();
                for (int i = 1; i <= table.key().size(); i++) {
                    values.add(row.getString(i));
                }
                sample.add(values);
            }
        } catch (SQLException e) {
            if (String.valueOf(e.getSQLState()).startsWith("42")) {
                return List.of(KeyRange.all()); // dropped or altered meanwhile; what reads it will say what that means
            }
            throw errors.failed("sample the keys of '%s'".formatted(table.id()), e);
        }
        return ranges(sample, parts);
    }

    /** Bounds between about equal parts of the sorted sample; a value twice would make an empty range. */
    private static List<KeyRange> ranges(List<List<String>> sample, int parts) {
        List<KeyRange> ranges = new ArrayList<>();
        List<String> after = List.of();
        for (int i = 1; i < parts && sample.size() >= parts; i++) {
            List<String> bound = sample.get((int) ((long) sample.size() * i / parts));
            if (!bound.equals(after)) {
                ranges.add(new KeyRange(after, bound));
                after = bound;
            }
        }
        ranges.add(new KeyRange(after, List.of()));
        return ranges;
    }

    @Override
    public SnapshotReader open() {
        return new PostgresSnapshotReader(
                connections.openForReading(), errors, options.publicationName(), exportedSnapshot);
    }
}
