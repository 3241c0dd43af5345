package io.rustcdc.spring.autoconfigure;

import io.rustcdc.event.TableId;
import io.rustcdc.source.TableFilter;
import io.rustcdc.spring.CdcConfigurationException;
import io.rustcdc.spring.outbox.OutboxTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ListableBeanFactory;

/** The data sources by which rows of outboxes are removed. */
final class OutboxDataSources {

    private static final Logger logger = LoggerFactory.getLogger(OutboxDataSources.class);

    private final CdcProperties properties;
    private final ListableBeanFactory beans;

    OutboxDataSources(CdcProperties properties, ListableBeanFactory beans) {
        this.properties = properties;
        this.beans = beans;
    }

    DataSource of(ConfiguredSource source) {
        String name = source.settings().getOutbox().getDataSource();
        if (!source.settings().getDelivery().isTransactional()) {
            return named(source, name);
        }
        DataSource ofTransactions = CheckpointDataSource.of(properties, beans).dataSource();
        if (name != null && named(source, name) != ofTransactions) {
            throw new CdcConfigurationException(
                    "%s.outbox.data-source is '%s', but %s.delivery.transactional is true, and the transactions run on the data source of the checkpoints: a row that is removed and an event that is rolled back would not fit together"
                            .formatted(source.key(), name, source.key()),
                    "Remove the setting, or name the same bean with rustcdc.checkpoint.jdbc.data-source.");
        }
        return ofTransactions;
    }

    private DataSource named(ConfiguredSource source, @Nullable String name) {
        String all = String.join(", ", beans.getBeanNamesForType(DataSource.class));
        if (name != null) {
            if (!beans.containsBean(name) || !beans.isTypeMatch(name, DataSource.class)) {
                throw new CdcConfigurationException(
                        "%s.outbox.data-source is '%s', but there is no DataSource bean of that name; there are: %s"
                                .formatted(source.key(), name, all),
                        "Correct the name.");
            }
            return beans.getBean(name, DataSource.class);
        }
        DataSource only = beans.getBeanProvider(DataSource.class).getIfUnique();
        if (only == null) {
            throw new CdcConfigurationException(
                    "%s.outbox.remove is true, but it is not known by which data source: %s"
                            .formatted(
                                    source.key(),
                                    all.isEmpty() ? "there is none" : "there are several, and none is primary: " + all),
                    "Add org.springframework.boot:spring-boot-starter-jdbc and configure spring.datasource, or name that of the captured database with %s.outbox.data-source; or set %s.outbox.remove=false."
                            .formatted(source.key(), source.key()));
        }
        return only;
    }

    /** That the tables are there, as far as that can be found out now. A name without a schema may be in any, and a pattern anything. */
    void requireTables(ConfiguredSource source, DataSource dataSource, OutboxTable outbox, List<String> tables) {
        try (Connection connection = dataSource.getConnection()) {
            for (String table : tables) {
                if (table.indexOf('*') < 0 && table.indexOf('?') < 0) {
                    SQLException missing = outbox.require(connection, TableId.parse(table));
                    if (missing != null && TableFilter.isQualifiedName(table)) {
                        throw missing(source, table, missing);
                    }
                }
            }
        } catch (SQLException e) {
            logger.debug("The tables of the outbox of '{}' cannot be looked up now", source.name(), e);
        }
    }

    private static CdcConfigurationException missing(ConfiguredSource source, String table, SQLException cause) {
        return new CdcConfigurationException(
                "%s.outbox.remove is true, but its data source has no table '%s' that can be read (SQLState %s)"
                        .formatted(source.key(), table, cause.getSQLState()),
                """
                Name the data source of the captured database with %s.outbox.data-source, or create the table:

                CREATE TABLE %s (
                    id            varchar(36)  PRIMARY KEY,
                    aggregatetype varchar(255) NOT NULL,
                    aggregateid   varchar(255) NOT NULL,
                    type          varchar(255) NOT NULL,
                    payload       varchar(4000)
                );
                """.formatted(source.key(), table));
    }
}
