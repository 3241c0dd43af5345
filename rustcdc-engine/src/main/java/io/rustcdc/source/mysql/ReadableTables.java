package io.rustcdc.source.mysql;

import io.rustcdc.event.TableId;
import io.rustcdc.source.SnapshotTable;
import io.rustcdc.source.TableGoneException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Describes tables for their rows to be read, anew when one has changed. For one thread, as the connection. */
final class ReadableTables {

    /** What comes behind the columns; inside of them no line begins like this. */
    private static final Pattern OPTIONS = Pattern.compile("(?m)^\\) ENGINE=(\\w+).*$");

    private static final Pattern COUNTER = Pattern.compile("(?m)^(\\) ENGINE=\\w+.*) AUTO_INCREMENT=\\d+");

    private final Connection connection;
    private final TableCatalog catalog;
    private final TableDescriber describer;
    private @Nullable Known known;

    /** @param definition all that the description depends on */
    private record Known(SnapshotTable table, String definition, ReadableTable readable) {}

    ReadableTables(Connection connection, Flavor flavor, Collations collations) {
        this.connection = connection;
        this.catalog = new TableCatalog(connection, flavor);
        this.describer = new TableDescriber(flavor, collations);
    }

    /**
     * Describes a table that the transaction has used, so that nobody can alter it meanwhile.
     *
     * @throws TableGoneException if it does not exist, or has another key
     */
    ReadableTable describe(SnapshotTable table) throws SQLException {
        String definition = definition(table.id());
        Known before = known;
        if (before != null && before.table.equals(table) && before.definition.equals(definition)) {
            return before.readable;
        }
        CatalogTable found = catalog.load(table.id());
        if (found == null) {
            throw new TableGoneException(table.id(), "does not exist any more");
        }
        if (table.isKeyed() && !found.key().equals(table.key())) {
            throw new TableGoneException(table.id(), "has the key %s now".formatted(found.key()));
        }
        RowShape shape = describer.describe(found).shape();
        ReadableTable readable = new ReadableTable(table.id(), shape, table.key(), storage(definition));
        known = new Known(table, definition, readable);
        return readable;
    }

    /** Without what each new row changes. */
    private String definition(TableId id) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW CREATE TABLE " + ReadableTable.quoted(id))) {
            row.next();
            return COUNTER.matcher(row.getString(2)).replaceFirst("$1");
        }
    }

    private static ReadableTable.Storage storage(String definition) {
        Matcher options = OPTIONS.matcher(definition);
        if (!options.find()) {
            return new ReadableTable.Storage("", false);
        }
        boolean versioned = options.group().contains(" WITH SYSTEM VERSIONING");
        return new ReadableTable.Storage(options.group(1).toUpperCase(Locale.ROOT), versioned);
    }
}
