package io.rustcdc.checkpoint;

import io.rustcdc.source.mysql.Flavor;

class MySqlCheckpointStoreTests extends JdbcCheckpointStoreContract {

    MySqlCheckpointStoreTests() {
        super(CheckpointDatabase.mysql(Flavor.MYSQL));
    }
}
