package io.rustcdc.checkpoint;

class MariaDbCheckpointArchiveTests extends JdbcCheckpointArchiveContract {

    MariaDbCheckpointArchiveTests() {
        super(CheckpointDatabase.mysql(io.rustcdc.source.mysql.Flavor.MARIADB));
    }
}
