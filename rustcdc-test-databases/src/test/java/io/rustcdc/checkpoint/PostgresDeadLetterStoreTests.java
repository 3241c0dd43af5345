package io.rustcdc.checkpoint;

class PostgresDeadLetterStoreTests extends JdbcDeadLetterStoreContract {

    PostgresDeadLetterStoreTests() {
        super(CheckpointDatabase.postgres());
    }
}
