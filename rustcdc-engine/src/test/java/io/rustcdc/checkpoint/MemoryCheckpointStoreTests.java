package io.rustcdc.checkpoint;

class MemoryCheckpointStoreTests extends CheckpointStoreContract {

    private final MemoryCheckpointStore store = new MemoryCheckpointStore();

    @Override
    CheckpointStore open() {
        return store;
    }
}
