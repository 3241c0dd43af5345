package io.rustcdc.benchmarks;

import io.rustcdc.event.EventSource;
import io.rustcdc.test.databases.PostgresServer;

/**
 * What a measured JVM reads.
 *
 * @param name of the table and the publication
 * @param directory an empty folder for checkpoints
 */
record Target(String host, int port, String database, String slot, String name, String directory) {

    static final EventSource SOURCE = new EventSource("bench", "postgres");

    String user() {
        return PostgresServer.SUPERUSER;
    }

    String table() {
        return "public." + name;
    }

    String url() {
        return "jdbc:postgresql://%s:%d/%s".formatted(host, port, database);
    }
}
