package io.rustcdc.checkpoint;

class PostgresCheckpointStoreTests extends JdbcCheckpointStoreContract {

    PostgresCheckpointStoreTests() {
        super(CheckpointDatabase.postgres());
    }
}
