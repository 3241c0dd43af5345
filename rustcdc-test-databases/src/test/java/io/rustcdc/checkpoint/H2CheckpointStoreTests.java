package io.rustcdc.checkpoint;

class H2CheckpointStoreTests extends JdbcCheckpointStoreContract {

    H2CheckpointStoreTests() {
        super(CheckpointDatabase.h2());
    }
}
