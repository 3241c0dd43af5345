package io.rustcdc.spring.transaction;

import io.rustcdc.delivery.DeliveryTransaction;
import io.rustcdc.spring.CdcConfigurationException;
import java.sql.Connection;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Transactions of the application's transaction manager, bound to the delivery thread: a listener that is
 * {@code @Transactional}, a {@code JdbcTemplate} or an {@code EntityManager} takes part in them as everywhere.
 */
public final class ApplicationTransaction implements DeliveryTransaction {

    private static final Logger logger = LoggerFactory.getLogger(ApplicationTransaction.class);

    private final PlatformTransactionManager manager;
    private final DataSource dataSource;
    private final DefaultTransactionDefinition definition;

    /** @param dataSource of the checkpoints, whose connections the manager must show */
    public ApplicationTransaction(PlatformTransactionManager manager, DataSource dataSource, String source) {
        this.manager = manager;
        this.dataSource = dataSource;
        this.definition = new DefaultTransactionDefinition(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
        this.definition.setName("rustcdc-" + source);
    }

    @Override
    public Outcome execute(Work work) {
        TransactionStatus status;
        try {
            status = manager.getTransaction(definition);
        } catch (RuntimeException | Error e) {
            return Outcome.notBegun(e);
        }
        try {
            work.run(() -> connection(status));
        } catch (Exception | Error e) {
            rollback(status);
            return Outcome.rolledBack(e);
        }
        return commit(status);
    }

    /** What the application still keeps in memory, as JPA does, is written first: the caller's statement is the last one. */
    private Connection connection(TransactionStatus status) {
        requireNotRollbackOnly(status);
        status.flush();
        requireNotRollbackOnly(status);
        Object resource = TransactionSynchronizationManager.getResource(dataSource);
        if (resource instanceof ConnectionHolder holder) {
            return holder.getConnection();
        }
        throw new CdcConfigurationException(
                "The transaction manager '%s' does not run on the connections of the checkpoint's data source"
                        .formatted(manager.getClass().getName()),
                "With JPA, use a JpaDialect that shows its JDBC connection, as Hibernate's does, and give the manager the data source; or set delivery.transactional to false.");
    }

    private static void requireNotRollbackOnly(TransactionStatus status) {
        if (status.isRollbackOnly()) {
            throw new UnexpectedRollbackException(
                    "A listener, or what it called, has marked the transaction as rollback-only");
        }
    }

    /** Until a commit is sent, a transaction ends as rolled back whatever happens: a lost connection ends it, too. */
    private void rollback(TransactionStatus status) {
        try {
            manager.rollback(status);
        } catch (RuntimeException | Error e) {
            logger.debug("A roll-back failed; the database does it when the connection has gone", e);
        }
    }

    /**
     * Whatever comes out of a commit, except that it was a roll-back, may come from before it was sent, from the server, or from the
     * connection that was to bring the answer.
     */
    private Outcome commit(TransactionStatus status) {
        try {
            manager.commit(status);
            return Outcome.COMMITTED;
        } catch (UnexpectedRollbackException e) {
            return Outcome.rolledBack(e);
        } catch (RuntimeException | Error e) {
            return Outcome.unknown(e);
        }
    }
}
