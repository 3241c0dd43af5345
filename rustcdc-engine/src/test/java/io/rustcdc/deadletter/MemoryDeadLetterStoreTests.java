package io.rustcdc.deadletter;

class MemoryDeadLetterStoreTests extends DeadLetterStoreContract {

    @Override
    protected DeadLetterStore open(int maxLetters) {
        return new MemoryDeadLetterStore(maxLetters);
    }
}
