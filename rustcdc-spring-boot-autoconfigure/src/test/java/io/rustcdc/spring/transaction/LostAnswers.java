package io.rustcdc.spring.transaction;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** A data source that can lose the answer to a commit. */
final class LostAnswers extends DelegatingDataSource {

    /** What becomes of a commit without an answer. */
    enum Fate {
        DONE,
        NOT_DONE,
        /** The server comes to it only later. */
        DONE_LATER
    }

    private final AtomicReference<Fate> next = new AtomicReference<>();
    private final AtomicReference<Connection> late = new AtomicReference<>();

    LostAnswers(DataSource target) {
        super(target);
    }

    void loseNext(Fate fate) {
        next.set(fate);
    }

    /** Whether a commit waits to be done. */
    boolean isCommitPending() {
        return late.get() != null;
    }

    /** Does the commit that waits. */
    void commit() throws SQLException {
        try (Connection connection = late.getAndSet(null)) {
            connection.commit();
        }
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection connection = super.getConnection();
        AtomicBoolean gone = new AtomicBoolean();
        return (Connection) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    if (gone.get()) {
                        return answerOfTheLost(method.getName());
                    }
                    Fate fate = method.getName().equals("commit") ? next.getAndSet(null) : null;
                    if (fate == Fate.NOT_DONE) {
                        connection.rollback();
                    } else if (fate == Fate.DONE_LATER) {
                        gone.set(true);
                        late.set(connection);
                    } else {
                        Object result = invoke(connection, method, arguments);
                        if (fate == null) {
                            return result;
                        }
                    }
                    throw new SQLException("This connection has been closed", "08006");
                });
    }

    private static Object answerOfTheLost(String method) throws SQLException {
        if (method.equals("close")) {
            return null;
        }
        if (method.equals("isClosed")) {
            return true;
        }
        throw new SQLException("This connection has been closed", "08006");
    }

    private static Object invoke(Connection connection, java.lang.reflect.Method method, Object[] arguments)
            throws Throwable {
        try {
            return method.invoke(connection, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
