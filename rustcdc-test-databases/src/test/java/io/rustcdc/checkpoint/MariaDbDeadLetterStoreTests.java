package io.rustcdc.checkpoint;

import io.rustcdc.source.mysql.Flavor;

class MariaDbDeadLetterStoreTests extends JdbcDeadLetterStoreContract {

    MariaDbDeadLetterStoreTests() {
        super(CheckpointDatabase.mysql(Flavor.MARIADB));
    }
}
