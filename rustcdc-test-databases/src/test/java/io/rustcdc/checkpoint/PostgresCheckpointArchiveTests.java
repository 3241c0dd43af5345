package io.rustcdc.checkpoint;

class PostgresCheckpointArchiveTests extends JdbcCheckpointArchiveContract {

    PostgresCheckpointArchiveTests() {
        super(CheckpointDatabase.postgres());
    }
}
