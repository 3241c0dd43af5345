package io.rustcdc.engine;

import io.rustcdc.source.mysql.Flavor;
import io.rustcdc.test.databases.MySqlServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class MySqlWithoutGtidsSnapshotTests extends MySqlSnapshotContract {

    private static MySqlServer server;

    @BeforeAll
    static void start() {
        server = MySqlServer.builder(Flavor.MYSQL)
                .options("gtid-mode=OFF", "enforce-gtid-consistency=OFF")
                .start();
    }

    @AfterAll
    static void end() {
        server.close();
    }

    @Override
    MySqlServer server() {
        return server;
    }
}
