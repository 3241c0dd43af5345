package io.rustcdc.spring;

class FileCheckpointsEndpointTests extends CheckpointsEndpointContract {

    @Override
    Class<?>[] configuration() {
        return new Class<?>[0];
    }
}
