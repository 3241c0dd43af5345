package io.rustcdc.checkpoint;

import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Set;
import java.util.logging.Logger;
import javax.sql.DataSource;

/** Cuts the connection at one of the steps that reach the server: before it, or after it and before its answer arrives. */
final class CuttingDataSource implements DataSource {

    private static final Set<String> STEPS = Set.of("executeUpdate", "executeQuery", "execute", "commit");

    private final DataSource dataSource;
    private int step;
    private int cutAt = -1;
    private boolean before;

    CuttingDataSource(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** Cuts at the step of this number from now on, the first is 0; a negative number cuts none. */
    void cutAt(int number, boolean beforeIt) {
        step = 0;
        cutAt = number;
        before = beforeIt;
    }

    boolean hasCut() {
        return cutAt >= 0 && step > cutAt;
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection connection = dataSource.getConnection();
        return (Connection) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    Object result = call(connection, connection, method, arguments);
                    return result instanceof PreparedStatement statement
                            ? Proxy.newProxyInstance(
                                    getClass().getClassLoader(),
                                    new Class<?>[] {PreparedStatement.class},
                                    (p, m, a) -> call(connection, statement, m, a))
                            : result;
                });
    }

    private Object call(Connection connection, Object target, Method method, Object[] arguments) throws Throwable {
        boolean cut = STEPS.contains(method.getName()) && step++ == cutAt;
        if (cut && before) {
            throw cut(connection);
        }
        try {
            Object result = method.invoke(target, arguments);
            if (cut) {
                throw cut(connection);
            }
            return result;
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static SQLException cut(Connection connection) throws SQLException {
        connection.abort(Runnable::run);
        return new SQLException("The connection was cut", "08006");
    }

    @Override
    public Connection getConnection(String username, String password) {
        throw new UnsupportedOperationException();
    }

    @Override
    public PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(PrintWriter out) {}

    @Override
    public void setLoginTimeout(int seconds) {}

    @Override
    public int getLoginTimeout() {
        return 0;
    }

    @Override
    public Logger getParentLogger() {
        return Logger.getGlobal();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        throw new SQLException("It wraps nothing");
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }
}
