package io.rustcdc.test.databases.sqlserver;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A connection of H2 that takes T-SQL, fails with the numbers of SQL Server, and tells of each statement that is run. */
final class StandInConnection implements InvocationHandler {

    private static final Set<String> PREPARE = Set.of("prepareStatement", "prepareCall");

    /** Sees each statement before it is run, as it was written. */
    @FunctionalInterface
    interface Watch {

        /** @throws SQLException to refuse it */
        void run(String sql) throws SQLException;
    }

    private final Object target;
    private final @Nullable String prepared;
    private final Watch statements;

    private StandInConnection(Object target, @Nullable String prepared, Watch statements) {
        this.target = target;
        this.prepared = prepared;
        this.statements = statements;
    }

    static Connection of(Connection connection, Watch statements) {
        return wrap(Connection.class, connection, null, statements);
    }

    private static <T> T wrap(Class<T> type, T target, @Nullable String prepared, Watch statements) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, new StandInConnection(target, prepared, statements)));
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        String name = method.getName();
        Object[] bent = arguments == null ? new Object[0] : arguments.clone();
        String sql = bent.length > 0 && bent[0] instanceof String text ? text : null;
        if (sql != null && (PREPARE.contains(name) || isRun(name))) {
            bent[0] = TSqlBend.bend(sql);
        }
        if (isRun(name)) {
            statements.run(sql != null ? sql : String.valueOf(prepared));
        }
        try {
            Object result = method.invoke(target, bent);
            if (result instanceof CallableStatement statement) {
                return wrap(CallableStatement.class, statement, sql, statements);
            }
            if (result instanceof PreparedStatement statement) {
                return wrap(PreparedStatement.class, statement, sql, statements);
            }
            return result instanceof Statement statement ? wrap(Statement.class, statement, null, statements) : result;
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof SQLException failure ? StandInErrors.of(failure) : e.getCause();
        }
    }

    private boolean isRun(String method) {
        return target instanceof Statement && method.startsWith("execute");
    }
}
