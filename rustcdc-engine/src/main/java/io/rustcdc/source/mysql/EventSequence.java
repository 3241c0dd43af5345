package io.rustcdc.source.mysql;

import org.jspecify.annotations.Nullable;

/** Events that came before, or inside of another, and are looked at one by one. For one thread. */
interface EventSequence extends AutoCloseable {

    /** The next event; null at the end. */
    @Nullable
    BinlogEvent next();

    /** Gives up what is held. Never throws. */
    @Override
    default void close() {}
}
