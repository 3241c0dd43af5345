package io.rustcdc.source.postgres;

import io.rustcdc.event.JoinedTable;
import io.rustcdc.event.JoinedTable.Cause;
import io.rustcdc.event.Remedy;
import io.rustcdc.event.SourceWarning;
import io.rustcdc.event.TableId;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.postgres.Publication.Membership;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the publication covering the wanted tables over the life of a connector: at each start of a stream, and while one
 * runs. A table that is new, or dropped and created again, leaves no trace in the stream unless it is published, so it is
 * looked for, added where that is allowed and does no harm, and reported.
 *
 * <p>Why a publication may be changed at any moment. The server decodes each change with the catalog as it was at that
 * point of the log, so a change belongs to the stream if its table was published when it was made: the same log gives
 * the same changes however often it is read. A table that joins in the middle of a transaction, or while half of one is
 * delivered, has its changes from that point on, again at each reading. So the count of the changes that are done stays
 * right; see {@link ResumePoint}, which notices if it should ever not.
 *
 * <p>Thread-safe.
 */
final class PublicationCare {

    private static final Logger logger = LoggerFactory.getLogger(PublicationCare.class);

    private static final long NONE = -1;
    private static final int READS = 5;

    /**
     * Nobody else's statement on a table shall wait behind ours for long, nor a source that could go on for one of its tables.
     */
    static final Duration LOCK_TIMEOUT = Duration.ofSeconds(2);

    private final PostgresOptions options;
    private final WantedTables wantedTables;
    private final PublicationSql sql;

    /** By name; null before the first start of a stream. */
    private @Nullable Map<TableId, Captured> captured;

    private Set<Long> existing = Set.of();

    private final FailedAdditions failures = new FailedAdditions(System::nanoTime);
    private final List<JoinedTable> joined = new ArrayList<>();
    private List<SourceWarning> warnings = List.of();

    /** @param membership {@link #NONE} when the table was captured once, but is not any more */
    private record Captured(long oid, long membership) {}

    /** The catalog at one moment, as far as that can be had: the two are read one after the other. */
    private record Seen(
            List<CatalogTable> tables,
            List<CatalogTable> wanted,
            @Nullable Publication publication) {}

    /** One look, which ends its attempts at the first lock that others hold: else each table would wait for its own. */
    private static final class Round {

        final PublicationCheck check;
        final List<SourceWarning> found = new ArrayList<>();
        boolean locked;

        Round(PublicationCheck check) {
            this.check = check;
        }
    }

    PublicationCare(PostgresOptions options) {
        this.options = options;
        this.wantedTables = new WantedTables(options);
        this.sql = new PublicationSql(options.publicationName());
    }

    /**
     * Before a stream is started.
     *
     * @param resumed whether this source has streamed before. Then only tables that are named themselves and are missing at
     *     the first start in this process are a reason to refuse it: capture of the others does not end because somebody has
     *     created a table
     * @param mayCreate whether a missing publication may be created although this source has streamed before: what cannot be
     *     read through a new one is known to be missing then
     */
    synchronized void atStart(PostgresCatalog catalog, boolean resumed, boolean mayCreate) throws SQLException {
        List<CatalogTable> tables = catalog.tables(options.publicationName());
        List<CatalogTable> wanted = wantedTables.among(tables, catalog.others(), resumed, logger::warn);
        PublicationCheck check = new PublicationCheck(options, catalog);
        failures.forgetRefusals();
        if (!resumed) {
            check.ensure(wanted);
            captured = null;
            joined.clear();
            look(catalog, new Round(check));
            return;
        }
        if (mayCreate && catalog.publication(options.publicationName()) == null) {
            createAgain(wanted, check);
        }
        Publication publication = check.requireExisting(wanted);
        catalog.waitForLocks(LOCK_TIMEOUT);
        Round round = new Round(check);
        if (captured == null) {
            // A start that is refused here leaves nothing behind, so that the next one is refused, too.
            ensureNamed(wanted, round);
            captured = covered(wanted, publication);
            existing = numbers(tables);
        }
        look(catalog, round);
        catalog.waitForLocks(options.connTimeout());
    }

    /** A lock on one of them is no reason not to go on with the others: it is added later. */
    private void ensureNamed(List<CatalogTable> wanted, Round round) throws SQLException {
        try {
            round.check.ensure(wanted.stream().filter(wantedTables::isNamed).toList());
        } catch (SQLException e) {
            if (!FailedAdditions.isLocked(e)) {
                throw e;
            }
            logger.debug("The tables that are named were not added this time", e);
            round.locked = true;
        }
    }

    /** A table that nobody named and that cannot be published does not hold up the others. */
    private static void createAgain(List<CatalogTable> wanted, PublicationCheck check) throws SQLException {
        List<CatalogTable> identified =
                wanted.stream().filter(CatalogTable::identified).toList();
        if (!identified.isEmpty()) {
            check.ensure(identified);
        }
    }

    /** While a stream is open; returns what is amiss. */
    synchronized List<SourceWarning> whileRunning(PostgresCatalog catalog) throws SQLException {
        if (captured != null) {
            look(catalog, new Round(new PublicationCheck(options, catalog)));
        }
        return warnings;
    }

    synchronized List<SourceWarning> warnings() {
        return warnings;
    }

    /** The tables that have joined since the last call. */
    synchronized List<JoinedTable> takeJoined() {
        List<JoinedTable> taken = List.copyOf(joined);
        joined.clear();
        return taken;
    }

    private void look(PostgresCatalog catalog, Round round) throws SQLException {
        Seen seen = read(catalog);
        Publication publication = seen.publication();
        if (publication == null) {
            remember(catalog, seen, Map.of());
            warnings = List.of(new SourceWarning(
                    "publication_missing",
                    options.publicationName(),
                    "publication '%s' was dropped: the source fails with the next change"
                            .formatted(options.publicationName()),
                    sql.create(seen.wanted())));
            return;
        }
        boolean added = false;
        for (CatalogTable table : missing(seen.wanted(), publication)) {
            added |= join(table, publication, round);
        }
        if (added) {
            seen = read(catalog);
            publication = seen.publication();
        }
        if (publication != null) {
            round.found.addAll(round.check.faults(publication, seen.wanted()));
            remember(catalog, seen, covered(seen.wanted(), publication));
        }
        warnings = List.copyOf(round.found);
    }

    /** Those that failed before come last, so that one that stays locked does not keep the others out. */
    private List<CatalogTable> missing(List<CatalogTable> wanted, Publication publication) {
        return wanted.stream()
                .filter(table -> !publication.covers(table))
                .sorted(Comparator.comparingInt(table -> failures.times(table.oid())))
                .toList();
    }

    private Seen read(PostgresCatalog catalog) throws SQLException {
        for (int left = READS; left > 0; left--) {
            List<CatalogTable> tables = catalog.tables(options.publicationName());
            List<CatalogTable> wanted = wantedTables.of(tables);
            Publication publication = catalog.publication(options.publicationName());
            if (publication == null || publication.fits(wanted)) {
                return new Seen(tables, wanted, publication);
            }
        }
        throw SourceException.transientFailure(
                "The tables of %s are dropped and created all the time".formatted(options.target()), null);
    }

    /** Adds a table where that is allowed and does no harm; else says why not. */
    private boolean join(CatalogTable table, Publication publication, Round round) throws SQLException {
        List<CatalogTable> one = List.of(table);
        String text;
        Remedy action = Remedy.sql(sql.add(one));
        if (table.partitioned() && !publication.viaRoot()) {
            text = "the publication sends its changes under the names of the partitions";
            action = Remedy.sql(sql.viaRoot());
        } else if (!table.identified()) {
            text = table.identity().fault()
                    + ", so once published the server would refuse every UPDATE and DELETE there";
            action = PublicationSql.identify(one);
        } else if (!options.createPublication()) {
            text = "%s is false".formatted(options.key("create-publication"));
        } else if (!publication.owned() || !table.owned()) {
            text = "the role owns not both of the publication and the table";
            action = action.say("As the owner of both.");
        } else if (add(table, round)) {
            return true;
        } else {
            text = failures.text(table.oid());
        }
        if (text != null) {
            round.found.add(new SourceWarning(
                    "table_not_captured",
                    table.id().toString(),
                    "table '%s' is wanted, but not captured: %s".formatted(table.id(), text),
                    action));
        }
        return false;
    }

    private boolean add(CatalogTable table, Round round) throws SQLException {
        if (round.locked || failures.isRefused(table.oid())) {
            return false;
        }
        try {
            logger.info("Adding {} to publication '{}'", table.quoted(), options.publicationName());
            round.check.add(table);
            failures.forget(table.oid());
            return true;
        } catch (SQLException e) {
            if (FailedAdditions.isConnectionLost(e)) {
                throw e;
            }
            logger.debug("{} was not added this time", table.quoted(), e);
            failures.add(table.oid(), e);
            round.locked = FailedAdditions.isLocked(e);
            return false;
        }
    }

    private void remember(PostgresCatalog catalog, Seen seen, Map<TableId, Captured> now) throws SQLException {
        Map<TableId, Captured> before = captured;
        Map<TableId, Captured> next = new HashMap<>(now);
        if (before != null) {
            String position = null;
            for (Map.Entry<TableId, Captured> entry : now.entrySet()) {
                Captured old = before.get(entry.getKey());
                if (!entry.getValue().equals(old) && !isCapturedSinceCreation(entry.getValue())) {
                    position = position == null ? Lsn.format(catalog.logEnd()) : position;
                    joined.add(new JoinedTable(entry.getKey(), position, cause(old, entry.getValue())));
                }
            }
            before.forEach((table, old) -> next.putIfAbsent(table, new Captured(old.oid, NONE)));
        }
        captured = next;
        existing = numbers(seen.tables());
    }

    /** A new table of a publication FOR ALL TABLES or FOR TABLES IN SCHEMA misses nothing. */
    private boolean isCapturedSinceCreation(Captured table) {
        return table.membership == 0 && !existing.contains(table.oid);
    }

    private static Cause cause(@Nullable Captured old, Captured now) {
        return old != null && old.oid != now.oid ? Cause.CREATED_AGAIN : Cause.ADDED;
    }

    private static Map<TableId, Captured> covered(List<CatalogTable> wanted, Publication publication) {
        Map<TableId, Captured> covered = new HashMap<>();
        for (CatalogTable table : wanted) {
            Membership membership = publication.membership(table);
            if (membership != null) {
                covered.put(table.id(), new Captured(table.oid(), membership.number()));
            }
        }
        return covered;
    }

    private static Set<Long> numbers(List<CatalogTable> tables) {
        Set<Long> numbers = new HashSet<>();
        tables.forEach(table -> numbers.add(table.oid()));
        return numbers;
    }
}
