package io.rustcdc.source.mysql;

import io.rustcdc.event.Remedy;
import io.rustcdc.event.SourceWarning;
import io.rustcdc.event.TableId;
import io.rustcdc.source.Prerequisite;
import io.rustcdc.source.SnapshotTable;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.StreamRequest;
import io.rustcdc.source.Transport;
import io.rustcdc.source.internal.Checklist;
import io.rustcdc.source.internal.Checklist.Finding;
import io.rustcdc.source.mysql.MySqlConnections.Opened;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Goes through all that a start needs, by the checks of the start, and changes nothing. Has a connection of its own, and not those of
 * a source that is being started meanwhile. For one thread, and for one look.
 */
final class MySqlDoctor implements AutoCloseable {

    private static final Duration SHORT = Duration.ofDays(1);

    private final MySqlOptions options;
    private final StreamRequest request;
    private final @Nullable MySqlOffset saved;
    private final MySqlConnections connections;
    private final MySqlErrors errors;
    private final Checklist checks;
    private @Nullable Opened sql;

    /**
     * @param saved the request's offset
     */
    MySqlDoctor(MySqlOptions options, StreamRequest request, @Nullable MySqlOffset saved) {
        this.options = options;
        this.request = request;
        this.saved = saved;
        this.connections = new MySqlConnections(options);
        this.errors = new MySqlErrors(options);
        this.checks = Checklist.ofAll(e -> errors.failed("check the prerequisites", e));
    }

    List<Prerequisite> look() {
        try {
            checks.check(MySqlCheck.CONNECTION, this::connect);
            Opened opened = sql;
            if (opened != null) {
                look(opened, new BinlogCatalog(opened.connection()));
            } else {
                for (MySqlCheck check : MySqlCheck.values()) {
                    if (check != MySqlCheck.CONNECTION && isAsked(check)) {
                        checks.check(check, () -> Finding.ok(""));
                    }
                }
            }
        } catch (SQLException e) {
            checks.interrupted(errors.failed("check the prerequisites", e));
        } catch (SourceException e) {
            checks.interrupted(e);
        }
        return checks.results();
    }

    private boolean isAsked(MySqlCheck check) {
        return switch (check) {
            case READ_RIGHTS -> request.readsRows();
            case POSITION -> saved != null;
            default -> true;
        };
    }

    private Finding connect() {
        sql = connections.openSql();
        Transport.Mode mode = options.transport().mode();
        return Finding.ok("%s is reached, %s"
                .formatted(
                        options.target(),
                        mode == Transport.Mode.TLS ? "over TLS" : "in plaintext, which others on the way can read"));
    }

    private void look(Opened opened, BinlogCatalog catalog) throws SQLException {
        ServerFacts facts = catalog.facts();
        ServerChecks server = new ServerChecks(options);
        server.check(checks, facts);
        BinlogView view = server.look(checks, facts, catalog);
        checks.check(MySqlCheck.BINLOG_ROW_METADATA, () -> metadata(facts));
        List<SnapshotTable> tables = new ArrayList<>();
        checks.check(MySqlCheck.TABLES, () -> {
            tables.addAll(new SnapshotCatalog(opened.connection()).tables(new WantedTables(options)));
            return tables(tables);
        });
        checks.check(MySqlCheck.TABLE_KEYS, () -> keys(tables));
        if (request.readsRows()) {
            checks.check(MySqlCheck.READ_RIGHTS, new ReadRights(options, opened.connection())::require);
        }
        checks.check(MySqlCheck.READER_ID, () -> new ServerIdHolder(options).look(opened.connection()));
        if (saved != null) {
            checks.check(MySqlCheck.POSITION, () -> position(facts, Objects.requireNonNull(view, "view"), catalog));
        }
        checks.check(MySqlCheck.BINLOG_RETENTION, () -> retention(facts));
    }

    private static Finding metadata(ServerFacts facts) {
        Finding found = Finding.ok("binlog_row_metadata = FULL");
        for (SourceWarning warning : MySqlInspector.warnings(facts)) {
            found = found.and(Finding.warning(warning.text(), warning.remedy()));
        }
        return found;
    }

    /** A table may be created later, so one that is not there does not keep a source from starting. */
    private Finding tables(List<SnapshotTable> tables) {
        List<TableId> missing = new WantedTables(options)
                .named().stream()
                        .filter(name -> tables.stream()
                                .noneMatch(table -> table.id().toString().equalsIgnoreCase(name.toString())))
                        .toList();
        if (!missing.isEmpty()) {
            return Finding.warning(
                    "these tables do not exist, or the user must not know of them: %s".formatted(names(missing)),
                    Remedy.words("Correct %s, create them, or grant SELECT on them".formatted(options.key("tables"))));
        }
        return tables.isEmpty()
                ? Finding.warning(
                        "no table is wanted that exists and that the user may know of",
                        Remedy.words("Correct %s, or grant SELECT on the tables".formatted(options.key("tables"))))
                : Finding.ok("%d tables are wanted".formatted(tables.size()));
    }

    private static Finding keys(List<SnapshotTable> tables) {
        List<TableId> keyless = tables.stream()
                .filter(table -> !table.isKeyed())
                .map(SnapshotTable::id)
                .toList();
        return keyless.isEmpty()
                ? Finding.ok("all of them have a primary key")
                : Finding.warning(
                        "no primary key by which rows can be read in portions: %s. Without one, changes carry no key, and their order is kept by table only"
                                .formatted(names(keyless)),
                        Remedy.words(keyless.stream()
                                .map(table ->
                                        "ALTER TABLE %s ADD PRIMARY KEY (...);".formatted(ReadableTable.quoted(table)))
                                .collect(Collectors.joining(" "))));
    }

    private static String names(List<TableId> tables) {
        return tables.stream().map(table -> "'" + table + "'").collect(Collectors.joining(", "));
    }

    private Finding position(ServerFacts facts, BinlogView view, BinlogCatalog catalog) throws SQLException {
        new StartPosition(options, errors.lost(), facts, view, catalog::executedBefore).find(request, saved);
        return Finding.ok("the binlog has what comes after the checkpoint");
    }

    private Finding retention(ServerFacts facts) {
        Duration expiry = facts.logExpiry();
        if (expiry == null && facts.logSizeLimit() == null) {
            return Finding.warning(
                    "the server never removes binlog files by itself: unless somebody does, its disk fills",
                    Remedies.retention(facts.flavor()));
        }
        if (expiry != null && expiry.compareTo(SHORT) < 0) {
            return Finding.warning(
                    "the server removes binlog files after %d minutes: a source that is stopped for longer loses its position"
                            .formatted(expiry.toMinutes()),
                    Remedies.retention(facts.flavor()));
        }
        return Finding.ok(
                expiry == null
                        ? "the server removes the oldest binlog files above %,d bytes".formatted(facts.logSizeLimit())
                        : "the server removes binlog files after %d hours".formatted(expiry.toHours()));
    }

    @Override
    public void close() {
        if (sql != null) {
            sql.close();
        }
    }
}
