package io.rustcdc.checkpoint;

import io.rustcdc.source.mysql.Flavor;

class MariaDbCheckpointStoreTests extends JdbcCheckpointStoreContract {

    MariaDbCheckpointStoreTests() {
        super(CheckpointDatabase.mysql(Flavor.MARIADB));
    }
}
