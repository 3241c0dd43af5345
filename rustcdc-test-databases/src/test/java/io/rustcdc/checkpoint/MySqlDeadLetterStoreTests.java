package io.rustcdc.checkpoint;

import io.rustcdc.source.mysql.Flavor;

class MySqlDeadLetterStoreTests extends JdbcDeadLetterStoreContract {

    MySqlDeadLetterStoreTests() {
        super(CheckpointDatabase.mysql(Flavor.MYSQL));
    }
}
