package io.rustcdc.checkpoint;

class H2DeadLetterStoreTests extends JdbcDeadLetterStoreContract {

    H2DeadLetterStoreTests() {
        super(CheckpointDatabase.h2());
    }
}
