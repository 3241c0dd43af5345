package io.rustcdc.engine;

import io.rustcdc.source.mysql.Flavor;
import io.rustcdc.test.databases.MySqlServer;

class MariaDbSnapshotTests extends MySqlSnapshotContract {

    @Override
    MySqlServer server() {
        return MySqlServer.shared(Flavor.MARIADB);
    }
}
