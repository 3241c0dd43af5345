package io.rustcdc.test.databases.sqlserver;

/** An open transaction of a writer. For one thread. */
public interface SqlServerTransaction extends AutoCloseable {

    void sql(String... statements);

    void commit();

    /** Rolls back what is not committed. */
    @Override
    void close();
}
