package io.rustcdc.source.postgres;

import io.rustcdc.event.JoinedTable;
import io.rustcdc.event.JoinedTable.Cause;
import io.rustcdc.event.SourceWarning;
import io.rustcdc.event.TableId;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.postgres.Publication.Membership;
import java.sql.SQLException;
import java.util.ArrayList;
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
    private static final int QUIET_TRIES = 3;

    /** A lock, a timeout, a deadlock, another session's change of the same row, a table or publication just gone. */
    private static final Set<String> PASSING = Set.of("55P03", "57014", "40P01", "40001", "XX000", "42P01", "42704");

    private final PostgresOptions options;
    private final PostgresErrors errors;
    private final WantedTables wantedTables;
    private final PublicationSql sql;

    /** By name; null before the first start of a stream. */
    private @Nullable Map<TableId, Captured> captured;

    private Set<Long> existing = Set.of();

    /** By table number: tables that the server refused to add, which is not asked for again and again. */
    private final Map<Long, String> refused = new HashMap<>();

    /** By table number: how often in a row adding it failed for a reason that passes. */
    private final Map<Long, Integer> tries = new HashMap<>();

    private final List<JoinedTable> joined = new ArrayList<>();
    private List<SourceWarning> warnings = List.of();

    /** @param membership {@link #NONE} when the table was captured once, but is not any more */
    private record Captured(long oid, long membership) {}

    /** The catalog at one moment, as far as that can be had: the two are read one after the other. */
    private record Seen(
            List<CatalogTable> tables,
            List<CatalogTable> wanted,
            @Nullable Publication publication) {}

    PublicationCare(PostgresOptions options, PostgresErrors errors) {
        this.options = options;
        this.errors = errors;
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
        List<CatalogTable> wanted = wantedTables.among(tables, catalog.others(), resumed);
        PublicationCheck check = new PublicationCheck(options, errors, catalog);
        refused.clear();
        if (resumed) {
            if (mayCreate && catalog.publication(options.publicationName()) == null) {
                createAgain(wanted, check);
            }
            Publication publication = check.requireExisting(wanted);
            if (captured == null) {
                captured = covered(wanted, publication);
                existing = numbers(tables);
                check.ensure(wanted.stream().filter(wantedTables::isNamed).toList());
            }
        } else {
            check.ensure(wanted);
            captured = null;
            joined.clear();
        }
        look(catalog, check);
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
            look(catalog, new PublicationCheck(options, errors, catalog));
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

    private void look(PostgresCatalog catalog, PublicationCheck check) throws SQLException {
        Seen seen = read(catalog);
        Publication publication = seen.publication();
        List<SourceWarning> found = new ArrayList<>();
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
        for (CatalogTable table : seen.wanted()) {
            if (!publication.covers(table)) {
                added |= join(table, publication, check, found);
            }
        }
        if (added) {
            seen = read(catalog);
            publication = seen.publication();
        }
        if (publication != null) {
            describe(publication, seen.wanted(), found);
            remember(catalog, seen, covered(seen.wanted(), publication));
        }
        warnings = List.copyOf(found);
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
    private boolean join(CatalogTable table, Publication publication, PublicationCheck check, List<SourceWarning> found)
            throws SQLException {
        List<CatalogTable> one = List.of(table);
        String text = null;
        String action = sql.add(one);
        if (table.partitioned() && !publication.viaRoot()) {
            text = "the publication sends its changes under the names of the partitions";
            action = sql.viaRoot();
        } else if (!table.identified()) {
            text =
                    "it has no primary key and no other replica identity, so once published the server would refuse every "
                            + "UPDATE and DELETE there";
            action = "Give it a primary key, or run: " + PublicationSql.fullIdentity(one);
        } else if (!options.createPublication()) {
            text = "%s is false".formatted(options.key("create-publication"));
        } else if (!publication.owned() || !table.owned()) {
            text = "the role owns not both of the publication and the table";
            action = "Let the owner run: " + action;
        } else if (refused.containsKey(table.oid())) {
            text = refused.get(table.oid());
        } else {
            try {
                logger.info("Adding {} to publication '{}'", table.quoted(), options.publicationName());
                check.add(table);
                tries.remove(table.oid());
                return true;
            } catch (SQLException e) {
                if (e.getSQLState() == null || e.getSQLState().startsWith("08")) {
                    throw e;
                }
                text = String.valueOf(e.getMessage());
                if (!PASSING.contains(e.getSQLState())) {
                    refused.put(table.oid(), text);
                } else if (tries.merge(table.oid(), 1, Integer::sum) < QUIET_TRIES) {
                    logger.debug("{} was not added this time", table.quoted(), e);
                    return false;
                }
            }
        }
        found.add(new SourceWarning(
                "table_not_captured",
                table.id().toString(),
                "table '%s' is wanted, but not captured: %s".formatted(table.id(), text),
                action));
        return false;
    }

    private void describe(Publication publication, List<CatalogTable> wanted, List<SourceWarning> found) {
        if (!publication.complete()) {
            found.add(new SourceWarning(
                    "publication_incomplete",
                    options.publicationName(),
                    "publication '%s' does not publish all of insert, update, delete, truncate: the others do not arrive"
                            .formatted(options.publicationName()),
                    sql.complete()));
        }
        for (CatalogTable table : wanted) {
            Membership membership = publication.membership(table);
            if (membership != null && (membership.narrow() || !table.identified())) {
                found.add(new SourceWarning(
                        "table_without_identity",
                        table.id().toString(),
                        "table '%s' is published %s, so the server refuses every UPDATE and DELETE there"
                                .formatted(
                                        table.id(),
                                        membership.narrow()
                                                ? "with a column list that leaves out columns of its replica identity"
                                                : "without a primary key or another replica identity"),
                        membership.narrow()
                                ? "Add the columns to the list, or publish the whole table"
                                : PublicationSql.fullIdentity(List.of(table))));
            }
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
