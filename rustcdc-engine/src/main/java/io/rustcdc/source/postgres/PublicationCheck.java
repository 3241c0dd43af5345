package io.rustcdc.source.postgres;

import io.rustcdc.source.SourceException;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that the publication covers tables without which the source must not start: creates or extends it where that is
 * allowed, and otherwise says the SQL to run.
 */
final class PublicationCheck {

    private static final Logger logger = LoggerFactory.getLogger(PublicationCheck.class);

    private static final String INSUFFICIENT_PRIVILEGE = "42501";

    /** Another instance was faster: with the name of a publication, with a table in it, or with both at one moment. */
    private static final Set<String> ALREADY_DONE = Set.of("42710", "23505");

    private static final int TRIES = 5;

    private final PostgresOptions options;
    private final PostgresErrors errors;
    private final PostgresCatalog catalog;
    private final PublicationSql sql;

    PublicationCheck(PostgresOptions options, PostgresErrors errors, PostgresCatalog catalog) {
        this.options = options;
        this.errors = errors;
        this.catalog = catalog;
        this.sql = new PublicationSql(options.publicationName());
    }

    /** On a fresh start: creates the publication for exactly these tables, or extends one that exists. */
    void ensure(List<CatalogTable> wanted) throws SQLException {
        for (int left = TRIES; left > 0; left--) {
            Publication publication = catalog.publication(options.publicationName());
            boolean done = publication == null ? create(wanted) : extend(publication, wanted);
            if (done) {
                return;
            }
        }
        throw SourceException.transientFailure(
                "Publication '%s' in %s is being changed by others all the time"
                        .formatted(options.publicationName(), options.target()),
                null);
    }

    /**
     * The publication of a source that has streamed before: if it is missing it has been dropped, and what changed since
     * cannot be read through a new one.
     */
    Publication requireExisting(List<CatalogTable> wanted) throws SQLException {
        Publication publication = catalog.publication(options.publicationName());
        if (publication == null) {
            throw SourceException.configuration(
                    missing() + " any more",
                    "Changes made since it was dropped cannot be read. Create it to go on with later changes, or reset. "
                            + sql.create(wanted));
        }
        return publication;
    }

    /** Adds one table; whether it is in now or another session put it there. */
    boolean add(CatalogTable table) throws SQLException {
        return run(sql.add(List.of(table)), null);
    }

    private boolean create(List<CatalogTable> wanted) throws SQLException {
        String create = sql.create(wanted);
        if (!options.createPublication()) {
            throw SourceException.configuration(
                    missing() + " and " + options.key("create-publication") + " is false", create);
        }
        requireIdentity(wanted);
        boolean done = run(create, missing());
        if (done) {
            logger.info("Created publication '{}' for {}", options.publicationName(), PublicationSql.names(wanted));
        }
        return done;
    }

    /** Whether all of them are covered now; false when another session was faster with some. */
    private boolean extend(Publication publication, List<CatalogTable> wanted) throws SQLException {
        List<CatalogTable> missing =
                wanted.stream().filter(table -> !publication.covers(table)).toList();
        if (missing.isEmpty()) {
            return true;
        }
        if (missing.stream().anyMatch(CatalogTable::partitioned) && !publication.viaRoot()) {
            throw SourceException.configuration(
                    "Publication '%s' sends changes of %s under the names of the partitions"
                            .formatted(options.publicationName(), PublicationSql.names(missing)),
                    sql.viaRoot());
        }
        String lacks = "Publication '%s' in %s does not cover %s"
                .formatted(options.publicationName(), options.target(), PublicationSql.names(missing));
        if (!options.createPublication()) {
            throw SourceException.configuration(lacks, sql.add(missing));
        }
        requireIdentity(missing);
        boolean done = run(sql.add(missing), lacks);
        if (done) {
            logger.info("Added {} to publication '{}'", PublicationSql.names(missing), options.publicationName());
        }
        return done;
    }

    /** Whether the statement did its work; false when another session was faster. */
    private boolean run(String statement, @Nullable String why) throws SQLException {
        try {
            catalog.execute(statement);
            return true;
        } catch (SQLException e) {
            if (ALREADY_DONE.contains(String.valueOf(e.getSQLState()))) {
                return false;
            }
            if (why != null && INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())) {
                SourceException refused = errors.failed("create the publication", e);
                throw new SourceException(
                        refused.kind(),
                        "%s, and the role may not change that: %s".formatted(why, e.getMessage()),
                        "Let the owner of the tables run: " + statement,
                        e);
            }
            throw e;
        }
    }

    /** The server refuses UPDATE and DELETE of a published table whose rows it cannot name: not to be caused by us. */
    private static void requireIdentity(List<CatalogTable> tables) {
        List<CatalogTable> unidentified =
                tables.stream().filter(table -> !table.identified()).toList();
        if (!unidentified.isEmpty()) {
            Map<String, List<CatalogTable>> byFault = unidentified.stream()
                    .collect(Collectors.groupingBy(
                            table -> table.identity().fault(), TreeMap::new, Collectors.toList()));
            String faults = byFault.entrySet().stream()
                    .map(fault -> PublicationSql.names(fault.getValue()) + ": " + fault.getKey())
                    .collect(Collectors.joining("; "));
            throw SourceException.configuration(
                    faults + ", so once published the server would refuse every UPDATE and DELETE there",
                    PublicationSql.identify(unidentified));
        }
    }

    private String missing() {
        return "Publication '%s' does not exist in %s".formatted(options.publicationName(), options.target());
    }
}
