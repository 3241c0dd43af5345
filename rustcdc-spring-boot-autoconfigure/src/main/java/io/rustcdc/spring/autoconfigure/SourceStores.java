package io.rustcdc.spring.autoconfigure;

import io.rustcdc.spring.CheckpointStoreFactory;
import io.rustcdc.spring.DeadLetterStoreFactory;
import org.jspecify.annotations.Nullable;

/**
 * Where sources keep what must survive.
 *
 * @param deadLetters null where nothing can be parked
 */
record SourceStores(
        CheckpointStoreFactory checkpoints, @Nullable DeadLetterStoreFactory deadLetters) {}
