package io.rustcdc.docs;

import io.rustcdc.test.databases.PostgresDatabase;
import io.rustcdc.test.databases.PostgresServer;
import java.util.Arrays;

/** The server and the database that the pages speak of; each page finds them as a newcomer would. */
final class ShopDatabase implements AutoCloseable {

    static final String NAME = "shop";
    static final String ROLE = "cdc_user";

    private final PostgresServer server = PostgresServer.builder().start();
    private final PostgresDatabase database = server.database(NAME);

    ShopDatabase() {
        server.database("postgres").sql("CREATE DATABASE " + NAME);
        server.accessRules(
                "host all " + ROLE + " all scram-sha-256", "host replication " + ROLE + " all scram-sha-256");
    }

    int port() {
        return server.port();
    }

    PostgresDatabase database() {
        return database;
    }

    /** Runs a block as the superuser, one statement after the other. */
    void run(CodeBlock block) {
        if (block.text().contains("pg_drop_replication_slot")) {
            database.sql("SELECT pg_create_logical_replication_slot('shop_cdc', 'pgoutput')");
        }
        Arrays.stream(block.text().split(";\\s*\n"))
                .map(String::strip)
                .filter(statement -> !statement.isEmpty())
                .forEach(database::sql);
    }

    @Override
    public void close() {
        server.close();
    }
}
