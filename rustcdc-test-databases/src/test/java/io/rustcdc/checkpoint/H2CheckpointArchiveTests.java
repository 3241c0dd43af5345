package io.rustcdc.checkpoint;

class H2CheckpointArchiveTests extends JdbcCheckpointArchiveContract {

    H2CheckpointArchiveTests() {
        super(CheckpointDatabase.h2());
    }
}
