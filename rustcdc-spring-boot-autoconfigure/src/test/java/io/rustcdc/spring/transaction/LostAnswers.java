package io.rustcdc.spring.transaction;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** A data source whose next commit of the thread that asks for it has no answer. */
final class LostAnswers extends DelegatingDataSource {

    /** What becomes of a commit without an answer. */
    enum Fate {
        DONE,
        NOT_DONE
    }

    private final AtomicReference<Fate> next = new AtomicReference<>();

    LostAnswers(DataSource target) {
        super(target);
    }

    void loseNext(Fate fate) {
        next.set(fate);
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection connection = super.getConnection();
        return (Connection) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    Fate fate = method.getName().equals("commit") ? next.getAndSet(null) : null;
                    if (fate == Fate.NOT_DONE) {
                        connection.rollback();
                    } else {
                        try {
                            Object result = method.invoke(connection, arguments);
                            if (fate == null) {
                                return result;
                            }
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    }
                    throw new SQLException("This connection has been closed", "08006");
                });
    }
}
