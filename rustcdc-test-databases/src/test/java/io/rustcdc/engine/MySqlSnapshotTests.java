package io.rustcdc.engine;

import io.rustcdc.source.mysql.Flavor;
import io.rustcdc.test.databases.MySqlServer;

class MySqlSnapshotTests extends MySqlSnapshotContract {

    @Override
    MySqlServer server() {
        return MySqlServer.shared(Flavor.MYSQL);
    }
}
