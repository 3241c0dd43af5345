package io.rustcdc.source.postgres;

import io.rustcdc.source.SourceException;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that the publication covers the wanted tables: creates or extends it where that is allowed, and otherwise says
 * the SQL to run (manual: CREATE PUBLICATION, ALTER PUBLICATION).
 */
final class PublicationCheck {

    private static final Logger logger = LoggerFactory.getLogger(PublicationCheck.class);

    private static final String DUPLICATE_OBJECT = "42710";
    private static final String INSUFFICIENT_PRIVILEGE = "42501";

    private final PostgresOptions options;
    private final PostgresErrors errors;
    private final PostgresCatalog catalog;

    PublicationCheck(PostgresOptions options, PostgresErrors errors, PostgresCatalog catalog) {
        this.options = options;
        this.errors = errors;
        this.catalog = catalog;
    }

    /**
     * @param running whether this source has streamed before: then a missing publication has been dropped, and what changed
     *     since cannot be read through a new one
     */
    void ensure(List<CatalogTable> wanted, boolean running) throws SQLException {
        Publication publication = catalog.publication(options.publicationName());
        if (publication == null) {
            create(wanted, running);
        } else {
            extend(publication, wanted);
        }
    }

    private void create(List<CatalogTable> wanted, boolean running) throws SQLException {
        String sql = "CREATE PUBLICATION %s FOR TABLE %s WITH (publish_via_partition_root = true);"
                .formatted(name(), names(wanted));
        String missing = "Publication '%s' does not exist in %s".formatted(options.publicationName(), options.target());
        if (running) {
            throw SourceException.configuration(
                    missing + " any more",
                    "Changes made since it was dropped cannot be read. Create it to go on with later changes, or reset. "
                            + sql);
        }
        if (!options.createPublication()) {
            throw SourceException.configuration(
                    missing + " and " + options.key("create-publication") + " is false", sql);
        }
        requireIdentity(wanted);
        if (run(sql, missing)) {
            logger.info("Created publication '{}' for {}", options.publicationName(), names(wanted));
        } else {
            ensure(wanted, false);
        }
    }

    private void extend(Publication publication, List<CatalogTable> wanted) throws SQLException {
        List<CatalogTable> missing = wanted.stream()
                .filter(table -> !publication.tables().contains(table.id()))
                .toList();
        if (!publication.complete()) {
            logger.warn(
                    "Publication '{}' does not publish all of insert, update, delete, truncate: the others will not arrive. To get them: ALTER PUBLICATION {} SET (publish = 'insert, update, delete, truncate');",
                    options.publicationName(),
                    name());
        }
        warnOfIdentity(publication, wanted);
        if (missing.isEmpty()) {
            return;
        }
        boolean partitioned = missing.stream().anyMatch(CatalogTable::partitioned);
        if (partitioned && !publication.viaRoot()) {
            throw SourceException.configuration(
                    "Publication '%s' sends changes of %s under the names of the partitions"
                            .formatted(options.publicationName(), names(missing)),
                    "ALTER PUBLICATION %s SET (publish_via_partition_root = true);".formatted(name()));
        }
        String sql = "ALTER PUBLICATION %s ADD TABLE %s;".formatted(name(), names(missing));
        String lacks = "Publication '%s' in %s does not cover %s"
                .formatted(options.publicationName(), options.target(), names(missing));
        if (!options.createPublication()) {
            throw SourceException.configuration(lacks, sql);
        }
        requireIdentity(missing);
        if (run(sql, lacks)) {
            logger.info("Added {} to publication '{}'", names(missing), options.publicationName());
        }
    }

    /** Whether the statement did its work; false when another session was faster. */
    private boolean run(String sql, String why) throws SQLException {
        try {
            catalog.execute(sql);
            return true;
        } catch (SQLException e) {
            if (DUPLICATE_OBJECT.equals(e.getSQLState())) {
                return false;
            }
            if (INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())) {
                SourceException refused = errors.failed("create the publication", e);
                throw new SourceException(
                        refused.kind(),
                        "%s, and the role may not change that: %s".formatted(why, e.getMessage()),
                        "Let the owner of the tables run: " + sql,
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
            throw SourceException.configuration(
                    "%s: no primary key and no other replica identity, so once published the server would refuse every UPDATE and DELETE there"
                            .formatted(names(unidentified)),
                    "Give each table a primary key, or run: " + remedy(unidentified));
        }
    }

    private void warnOfIdentity(Publication publication, List<CatalogTable> wanted) {
        List<CatalogTable> unidentified = wanted.stream()
                .filter(table -> publication.tables().contains(table.id()) && !table.identified())
                .toList();
        if (!unidentified.isEmpty()) {
            logger.warn(
                    "{}: published without a primary key or another replica identity, so the server refuses every UPDATE and DELETE there. Remedy: {}",
                    names(unidentified),
                    remedy(unidentified));
        }
    }

    private static String remedy(List<CatalogTable> tables) {
        return tables.stream()
                .map(table -> "ALTER TABLE " + table.quoted() + " REPLICA IDENTITY FULL;")
                .collect(Collectors.joining(" "));
    }

    private String name() {
        return ServerChecks.quoted(options.publicationName());
    }

    private static String names(List<CatalogTable> tables) {
        return tables.stream().map(CatalogTable::quoted).collect(Collectors.joining(", "));
    }
}
