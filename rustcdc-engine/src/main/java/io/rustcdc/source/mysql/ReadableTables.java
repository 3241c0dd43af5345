package io.rustcdc.source.mysql;

import io.rustcdc.event.TableId;
import io.rustcdc.source.SnapshotTable;
import io.rustcdc.source.TableGoneException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Describes tables for their rows to be read, anew when one has changed. For one thread, as the connection. */
final class ReadableTables {

    /** All that a description depends on, with the time. */
    private static final String LOOK = """
            SELECT utc_timestamp(6), t.engine, t.table_type, c.column_name, c.column_type, c.character_set_name, c.collation_name,
                   c.extra,
                   (SELECT group_concat(s.column_name ORDER BY s.seq_in_index) FROM information_schema.statistics s
                    WHERE s.table_schema = ? AND s.table_name = ? AND s.index_name = 'PRIMARY')
            FROM information_schema.tables t
                 JOIN information_schema.columns c ON c.table_schema = t.table_schema AND c.table_name = t.table_name
            WHERE t.table_schema = ? AND t.table_name = ? AND c.table_schema = ? AND c.table_name = ?
            ORDER BY c.ordinal_position
            """;

    private static final int DEPENDED_ON = 8;

    private final Connection connection;
    private final TableCatalog catalog;
    private final TableDescriber describer;
    private @Nullable Known known;

    private record Known(SnapshotTable table, List<@Nullable String> facts, ReadableTable readable) {}

    /** A table as it is, at a time of the server's clock. */
    record Look(ReadableTable table, Instant time) {}

    ReadableTables(Connection connection, Flavor flavor, Collations collations) {
        this.connection = connection;
        this.catalog = new TableCatalog(connection, flavor);
        this.describer = new TableDescriber(flavor, collations);
    }

    /**
     * Describes a table; while the transaction has used it, it cannot change.
     *
     * @throws TableGoneException if it does not exist, or has another key
     */
    Look look(SnapshotTable table) throws SQLException {
        TableId id = table.id();
        List<@Nullable String> facts = new ArrayList<>();
        Instant time = Instant.EPOCH;
        try (PreparedStatement statement = connection.prepareStatement(LOOK)) {
            for (int i = 1; i < 7; i += 2) {
                statement.setString(i, id.schema());
                statement.setString(i + 1, id.name());
            }
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    time = instant(row.getString(1));
                    for (int i = 2; i < 2 + DEPENDED_ON; i++) {
                        facts.add(row.getString(i));
                    }
                }
            }
        }
        Known before = known;
        if (before != null && before.table.equals(table) && before.facts.equals(facts)) {
            return new Look(before.readable, time);
        }
        CatalogTable described = catalog.load(id);
        if (facts.isEmpty() || described == null) {
            throw new TableGoneException(id, "does not exist any more");
        }
        if (table.isKeyed() && !described.key().equals(table.key())) {
            throw new TableGoneException(id, "has the key %s now".formatted(described.key()));
        }
        ReadableTable readable =
                new ReadableTable(id, describer.describe(described).shape(), table.key(), storage(facts));
        known = new Known(table, facts, readable);
        return new Look(readable, time);
    }

    private static ReadableTable.Storage storage(List<@Nullable String> facts) {
        String engine = String.valueOf(facts.get(0)).toUpperCase(Locale.ROOT);
        return new ReadableTable.Storage(engine, "SYSTEM VERSIONED".equals(facts.get(1)));
    }

    private static Instant instant(String utc) {
        return LocalDateTime.parse(utc.replace(' ', 'T')).toInstant(ZoneOffset.UTC);
    }
}
