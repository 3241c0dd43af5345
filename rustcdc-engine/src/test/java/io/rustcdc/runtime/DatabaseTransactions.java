package io.rustcdc.runtime;

import io.rustcdc.deadletter.TransactionalDeadLetterStore;
import io.rustcdc.delivery.DeliveryTransaction;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** Transactions of plain JDBC, whose answers can be lost. */
final class DatabaseTransactions implements DeliveryTransaction {

    private final DataSource database;
    private Connection current;
    private final List<Integer> written = new ArrayList<>();
    private volatile int failLater = -1;
    private volatile Loss loss;
    private volatile boolean losingAll;
    private volatile boolean failed;

    /**
     * The answer to a commit that changes the number of letters is lost.
     *
     * @param committed whether that commit was made
     */
    private record Loss(long letters, TransactionalDeadLetterStore store, boolean committed) {}

    DatabaseTransactions(DataSource database) {
        this.database = database;
    }

    /** The answer to the next commit that adds or removes a letter is lost. */
    void loseNextOf(TransactionalDeadLetterStore letters, boolean committed) {
        loss = new Loss(letters.count(), letters, committed);
    }

    /** No commit that adds or removes a letter succeeds. */
    void loseAllOf(TransactionalDeadLetterStore letters) {
        loseNextOf(letters, false);
        losingAll = true;
    }

    /** What is written for this number fails behind the call. */
    void failLater(int number) {
        failLater = number;
    }

    boolean hasFailed() {
        return failed;
    }

    void insert(String listener, int number) throws SQLException {
        written.add(number);
        try (PreparedStatement insert = current.prepareStatement("INSERT INTO handled VALUES (?, ?)")) {
            insert.setString(1, listener);
            insert.setInt(2, number);
            insert.executeUpdate();
        }
    }

    @Override
    public Outcome execute(Work work) {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            current = connection;
            written.clear();
            try {
                work.run(() -> flushed(connection));
            } catch (Exception e) {
                connection.rollback();
                return Outcome.rolledBack(e);
            }
            return end(connection);
        } catch (SQLException e) {
            return Outcome.notBegun(e);
        }
    }

    private Connection flushed(Connection connection) {
        if (written.contains(failLater)) {
            throw new IllegalStateException("Row " + failLater + " cannot be written");
        }
        return connection;
    }

    private Outcome end(Connection connection) throws SQLException {
        Loss losing = loss;
        if (losing != null && losing.store().on(connection).count() != losing.letters()) {
            loss = losingAll ? losing : null;
            failed = true;
            if (losing.committed()) {
                connection.commit();
            } else {
                connection.rollback();
            }
            return Outcome.unknown(new SQLException("The connection is gone"));
        }
        connection.commit();
        return Outcome.COMMITTED;
    }
}
