package io.rustcdc.source.postgres;

import io.rustcdc.event.FailureKind;
import io.rustcdc.event.Remedy;
import io.rustcdc.event.SourceWarning;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.postgres.Publication.Membership;
import java.sql.SQLException;
import java.util.ArrayList;
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
    private final PostgresCatalog catalog;
    private final PublicationSql sql;

    PublicationCheck(PostgresOptions options, PostgresCatalog catalog) {
        this.options = options;
        this.catalog = catalog;
        this.sql = new PublicationSql(options.publicationName());
    }

    /** On a fresh start: creates the publication for exactly these tables, or extends one that exists. */
    void ensure(List<CatalogTable> wanted) throws SQLException {
        for (int left = TRIES; left > 0; left--) {
            Publication publication = catalog.publication(options.publicationName());
            Step step = plan(publication, wanted);
            if (step.statement() == null) {
                return;
            }
            if (run(step.statement(), step.why())) {
                logger.info("Changed publication '{}': {}", options.publicationName(), step.statement());
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
                    Remedy.sql(sql.create(wanted))
                            .say(
                                    "Changes made since it was dropped cannot be read: with the publication the source goes on with later changes; or reset it."));
        }
        return publication;
    }

    /** Adds one table; whether it is in now or another session put it there. */
    boolean add(CatalogTable table) throws SQLException {
        return run(sql.add(List.of(table)), null);
    }

    /**
     * What a start has to do to the publication.
     *
     * @param statement null when the tables are covered
     * @param why what is amiss without it
     */
    record Step(@Nullable String statement, String why) {}

    /**
     * What is to be done so that the publication covers these tables. Changes nothing.
     *
     * @param publication null when there is none
     * @throws SourceException when it must not or cannot be done
     */
    Step plan(@Nullable Publication publication, List<CatalogTable> wanted) throws SQLException {
        return publication == null ? creation(wanted) : extension(publication, wanted);
    }

    private Step creation(List<CatalogTable> wanted) throws SQLException {
        String create = sql.create(wanted);
        if (!options.createPublication()) {
            throw SourceException.configuration(
                    missing() + " and " + options.key("create-publication") + " is false", Remedy.sql(create));
        }
        requireIdentity(wanted);
        if (!catalog.mayCreatePublication() || !wanted.stream().allMatch(CatalogTable::owned)) {
            throw refused(
                    missing(),
                    create,
                    "it takes the right CREATE on the database, and the rights of the owner of each table",
                    null);
        }
        return new Step(create, missing());
    }

    private Step extension(Publication publication, List<CatalogTable> wanted) {
        List<CatalogTable> missing =
                wanted.stream().filter(table -> !publication.covers(table)).toList();
        if (missing.isEmpty()) {
            return new Step(null, "");
        }
        if (missing.stream().anyMatch(CatalogTable::partitioned) && !publication.viaRoot()) {
            throw SourceException.configuration(
                    "Publication '%s' sends changes of %s under the names of the partitions"
                            .formatted(options.publicationName(), PublicationSql.names(missing)),
                    Remedy.sql(sql.viaRoot()));
        }
        String lacks = "Publication '%s' in %s does not cover %s"
                .formatted(options.publicationName(), options.target(), PublicationSql.names(missing));
        if (!options.createPublication()) {
            throw SourceException.configuration(lacks, Remedy.sql(sql.add(missing)));
        }
        requireIdentity(missing);
        if (!publication.owned() || !missing.stream().allMatch(CatalogTable::owned)) {
            throw refused(
                    lacks,
                    sql.add(missing),
                    "it takes the rights of the owner of the publication and of each table",
                    null);
        }
        return new Step(sql.add(missing), lacks);
    }

    /** What is amiss with a publication that covers the tables. */
    List<SourceWarning> faults(Publication publication, List<CatalogTable> wanted) {
        List<SourceWarning> found = new ArrayList<>();
        if (!publication.complete()) {
            found.add(new SourceWarning(
                    "publication_incomplete",
                    options.publicationName(),
                    "publication '%s' does not publish all of insert, update, delete, truncate: the others do not arrive"
                            .formatted(options.publicationName()),
                    Remedy.sql(sql.complete())));
        }
        for (CatalogTable table : wanted) {
            Membership membership = publication.membership(table);
            if (membership != null && (membership.narrow() || !table.identified())) {
                found.add(new SourceWarning(
                        "table_without_identity",
                        table.id().toString(),
                        "table '%s' is published, but %s, so the server refuses every UPDATE and DELETE there"
                                .formatted(
                                        table.id(),
                                        membership.narrow()
                                                ? "its column list leaves out columns of its replica identity"
                                                : table.identity().fault()),
                        membership.narrow()
                                ? Remedy.words("Add the columns to the list, or publish the whole table")
                                : PublicationSql.identify(List.of(table))));
            }
        }
        return found;
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
                throw refused(why, statement, String.valueOf(e.getMessage()), e);
            }
            throw e;
        }
    }

    private static SourceException refused(String why, String statement, String reason, @Nullable SQLException cause) {
        return SourceException.of(
                FailureKind.CONFIGURATION,
                "%s, and the role may not change that: %s".formatted(why, reason),
                Remedy.sql(statement).say("As the owner of the tables, or as an administrator."),
                cause);
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
