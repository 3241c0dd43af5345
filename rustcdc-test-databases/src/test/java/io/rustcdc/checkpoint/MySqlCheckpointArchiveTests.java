package io.rustcdc.checkpoint;

class MySqlCheckpointArchiveTests extends JdbcCheckpointArchiveContract {

    MySqlCheckpointArchiveTests() {
        super(CheckpointDatabase.mysql(io.rustcdc.source.mysql.Flavor.MYSQL));
    }
}
