package io.rustcdc.spring.outbox;

import io.rustcdc.delivery.Acknowledgment;
import io.rustcdc.delivery.BatchHandler;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.datasource.DataSourceUtils;

/**
 * Deletes the rows of events in the transaction in which they are delivered, as the last of its listeners. What is rolled back is
 * delivered again, and its rows are there again.
 */
public final class TransactionalOutboxRemoval implements BatchHandler {

    private static final Logger logger = LoggerFactory.getLogger(TransactionalOutboxRemoval.class);

    private final OutboxTakers takers;
    private final DataSource dataSource;
    private final RemovalCounts counts;
    private final AtomicBoolean told = new AtomicBoolean();

    /** @param dataSource of the transactions */
    public TransactionalOutboxRemoval(OutboxTakers takers, DataSource dataSource, RemovalCounts counts) {
        this.takers = takers;
        this.dataSource = dataSource;
        this.counts = counts;
    }

    @Override
    public void handle(List<ChangeEvent<Row>> events, Acknowledgment acknowledgment) throws SQLException {
        List<DoneRow> rows = takers.done(events);
        if (rows.isEmpty()) {
            return;
        }
        Connection connection = DataSourceUtils.getConnection(dataSource);
        try {
            counts.addRemoved(delete(connection, rows));
        } finally {
            DataSourceUtils.releaseConnection(connection, dataSource);
        }
    }

    /** What fails leaves the rest of the transaction as it was, and the rows where they are. */
    private long delete(Connection connection, List<DoneRow> rows) throws SQLException {
        Savepoint before = connection.setSavepoint();
        try {
            long deleted = RowDeletion.delete(connection, rows);
            connection.releaseSavepoint(before);
            return deleted;
        } catch (SQLException | RuntimeException e) {
            counts.addError();
            connection.rollback(before);
            if (told.compareAndSet(false, true)) {
                logger.warn(
                        "Rows of the outbox {} whose events are done cannot be deleted, and stay: {}",
                        rows.get(0).table(),
                        RowDeletion.reason(e));
            }
            return 0;
        }
    }
}
