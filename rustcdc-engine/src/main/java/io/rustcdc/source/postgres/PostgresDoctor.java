package io.rustcdc.source.postgres;

import io.rustcdc.event.Remedy;
import io.rustcdc.event.SourceWarning;
import io.rustcdc.source.Prerequisite;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.StreamRequest;
import io.rustcdc.source.Transport;
import io.rustcdc.source.internal.Checklist;
import io.rustcdc.source.internal.Checklist.Finding;
import io.rustcdc.source.postgres.PostgresConnections.Opened;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Goes through all that a start needs, by the checks of the start, and changes nothing. Has connections of its own, and not those of
 * a source that is being started meanwhile. For one thread, and for one look.
 */
final class PostgresDoctor implements AutoCloseable {

    private static final String UNLIMITED = "-1";

    private final PostgresOptions options;
    private final StreamRequest request;
    private final @Nullable PostgresOffset saved;
    private final PostgresConnections connections;
    private final PostgresErrors errors;
    private final Checklist checks;
    private final boolean running;
    private @Nullable Opened sql;
    private @Nullable Opened replication;

    /**
     * @param saved the request's offset
     */
    PostgresDoctor(PostgresOptions options, StreamRequest request, @Nullable PostgresOffset saved) {
        this.options = options;
        this.request = request;
        this.saved = saved;
        this.connections = new PostgresConnections(options);
        this.errors = new PostgresErrors(options);
        this.checks = Checklist.ofAll(e -> errors.failed("check the prerequisites", e));
        this.running = PostgresConnector.isRunning(request);
    }

    List<Prerequisite> look() {
        try {
            checks.check(PostgresCheck.CONNECTION, this::connect);
            Opened opened = sql;
            if (opened != null) {
                look(opened, new PostgresCatalog(opened.connection()));
            } else {
                for (PostgresCheck check : PostgresCheck.values()) {
                    if (check != PostgresCheck.CONNECTION && isAsked(check)) {
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

    private boolean isAsked(PostgresCheck check) {
        return switch (check) {
            case READ_RIGHTS -> request.readsRows();
            case POSITION -> saved != null;
            default -> true;
        };
    }

    private Finding connect() {
        Opened opened = connections.openPrimary();
        sql = opened;
        Transport.Mode mode = options.transport().mode();
        return Finding.ok("%s is reached, %s"
                .formatted(
                        options.at(opened.server()).target(),
                        mode == Transport.Mode.TLS ? "over TLS" : "in plaintext, which others on the way can read"));
    }

    private void look(Opened opened, PostgresCatalog catalog) throws SQLException {
        PostgresOptions here = options.at(opened.server());
        ServerFacts facts = catalog.facts();
        ServerChecks server = new ServerChecks(here);
        FailoverSlots failover = new FailoverSlots(here, facts, new AtomicBoolean());
        server.check(checks, facts, running);
        SlotCheck slots = new SlotCheck(here, errors.at(here), catalog);
        ReplicationSlot slot = catalog.slot(options.replicationSlotName());
        checks.check(PostgresCheck.FAILOVER_SLOT, () -> failover.check(slot));
        boolean reading = slots.isOurs(slot);
        checks.check(
                PostgresCheck.WAL_SENDERS,
                () -> reading ? Finding.ok("this source has one") : server.walSenders(catalog.walSenders()));
        lookAtTables(here, facts, catalog, opened);
        checks.check(PostgresCheck.SLOT, () -> slots.look(slot));
        checks.check(
                PostgresCheck.REPLICATION_CONNECTION,
                () -> reading ? Finding.ok("this source has one") : connectForReplication(opened));
        if (saved != null) {
            checks.check(PostgresCheck.POSITION, () -> reading ? streaming() : position(here, catalog, failover));
        }
        checks.check(PostgresCheck.WAL_RETENTION, () -> retention(catalog));
    }

    private void lookAtTables(PostgresOptions here, ServerFacts facts, PostgresCatalog catalog, Opened opened)
            throws SQLException {
        List<CatalogTable> candidates = new ArrayList<>();
        List<CatalogTable> wanted = new ArrayList<>();
        checks.check(PostgresCheck.TABLES, () -> {
            candidates.addAll(catalog.tables(options.publicationName()));
            List<String> told = new ArrayList<>();
            wanted.addAll(new WantedTables(here).among(candidates, catalog.others(), running, told::add));
            return told.isEmpty()
                    ? Finding.ok("%d tables are wanted".formatted(wanted.size()))
                    : Finding.warning(
                            String.join("; ", told), Remedy.words("Correct %s".formatted(options.key("tables"))));
        });
        checks.check(PostgresCheck.TABLE_KEYS, () -> keys(wanted, catalog.tableFacts()));
        if (request.readsRows()) {
            checks.check(
                    PostgresCheck.READ_RIGHTS,
                    () -> new ReadRights(here, opened.connection()).require(facts.user(), candidates));
        }
        checks.check(PostgresCheck.PUBLICATION, () -> publication(here, catalog, wanted));
    }

    /** A table without a key is captured nevertheless. */
    private static Finding keys(List<CatalogTable> wanted, Map<Integer, TableFacts> facts) {
        List<CatalogTable> keyless = wanted.stream()
                .filter(table -> {
                    TableFacts known = facts.get((int) table.oid());
                    return known != null && known.key().isEmpty();
                })
                .toList();
        return keyless.isEmpty()
                ? Finding.ok("all of them have a primary key")
                : Finding.warning(
                        "no primary key: %s. Their changes carry no key, and their order is kept by table only"
                                .formatted(PublicationSql.names(keyless)),
                        Remedy.words(keyless.stream()
                                .map(table -> "ALTER TABLE %s ADD PRIMARY KEY (...);".formatted(table.quoted()))
                                .collect(Collectors.joining(" "))));
    }

    private Finding publication(PostgresOptions here, PostgresCatalog catalog, List<CatalogTable> wanted)
            throws SQLException {
        PublicationCheck check = new PublicationCheck(here, catalog);
        Publication publication = catalog.publication(options.publicationName());
        if (publication == null && running && !request.startsAnew()) {
            check.requireExisting(wanted);
        }
        WantedTables tables = new WantedTables(here);
        // Of a source that has streamed before, a table that nobody named is no reason to refuse it.
        List<CatalogTable> required =
                running ? wanted.stream().filter(tables::isNamed).toList() : wanted;
        PublicationCheck.Step step = check.plan(publication, required);
        if (publication == null) {
            return Finding.ok(
                    "publication '%s' does not exist yet: a start creates it".formatted(here.publicationName()));
        }
        Finding found = Finding.ok(
                step.statement() == null
                        ? "publication '%s' covers the tables".formatted(here.publicationName())
                        : "%s: a start adds them".formatted(step.why()));
        for (SourceWarning warning : check.faults(publication, wanted)) {
            found = found.and(Finding.warning(warning.text(), warning.remedy()));
        }
        return found;
    }

    private Finding connectForReplication(Opened primary) {
        Opened opened = connections.at(primary.server()).openReplication();
        replication = opened;
        return Finding.ok("the server lets it in");
    }

    private Finding streaming() {
        return Finding.ok("this source is reading from the slot");
    }

    private Finding position(PostgresOptions here, PostgresCatalog catalog, FailoverSlots failover)
            throws SQLException {
        Opened opened = Objects.requireNonNull(replication, "replication");
        PostgresOffset offset = Objects.requireNonNull(saved, "saved");
        PostgresErrors local = errors.at(here);
        ServerIdentity server = ServerIdentity.of(opened.connection());
        CheckpointOrigin origin = new CheckpointOrigin(local.divergence(), server, opened.connection());
        NewSlot none = new NewSlot(here, connections.at(opened.server()), opened, catalog.facts());
        new StartPosition(here, local, catalog, new PostgresConnector.SlotSetup(failover, none))
                .find(request, offset, origin);
        return Finding.ok("the slot has what comes after checkpoint " + Lsn.format(offset.lsn()));
    }

    private Finding retention(PostgresCatalog catalog) throws SQLException {
        String limit = catalog.slotLimit();
        SlotRetention kept = catalog.retention(options.replicationSlotName());
        String now = kept == null ? "" : "; %,d bytes are kept for the slot".formatted(kept.retained());
        if (kept != null && kept.status().equals("unreserved")) {
            return Finding.warning(
                    "wal_status is unreserved, max_slot_wal_keep_size = %s%s: at the next checkpoint of the server the slot can be lost"
                            .formatted(limit, now),
                    Remedy.words("Start the source and let it catch up, now"));
        }
        if (limit.equals(UNLIMITED)) {
            return Finding.warning(
                    "max_slot_wal_keep_size = -1%s: while the source is stopped, the server keeps its log until the disk is full"
                            .formatted(now),
                    Remedy.sql("ALTER SYSTEM SET max_slot_wal_keep_size = '64GB';", "SELECT pg_reload_conf();")
                            .at(Remedy.AMAZON, "set max_slot_wal_keep_size = 65536 (MB) in the parameter group.")
                            .at(Remedy.GOOGLE, "set the flag max_slot_wal_keep_size = 65536 (MB).")
                            .at(Remedy.AZURE, "set the server parameter max_slot_wal_keep_size = 65536 (MB).")
                            .say(
                                    "A limit protects the server at the cost of the source: whose log was removed must be reset. Choose one that covers its longest pause."));
        }
        return Finding.ok("max_slot_wal_keep_size = %s%s".formatted(limit, now));
    }

    @Override
    public void close() {
        for (Opened opened : new Opened[] {sql, replication}) {
            if (opened != null) {
                opened.close();
            }
        }
    }
}
