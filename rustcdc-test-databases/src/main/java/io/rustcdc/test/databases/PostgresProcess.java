package io.rustcdc.test.databases;

/** How a server is run; the first start creates its data. */
interface PostgresProcess extends AutoCloseable {

    int port();

    void start();

    void stop();

    void kill();

    @Override
    void close();
}
