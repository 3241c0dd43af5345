package io.rustcdc.source.mysql;

import org.jspecify.annotations.Nullable;

/** How far a stream has read, for those who look from outside. Written by the reader, read by any thread. */
final class StreamPlace {

    private final MySqlOffset start;
    private volatile @Nullable BinlogPosition position;

    StreamPlace(MySqlOffset start) {
        this.start = start;
        this.position = start.position();
    }

    MySqlOffset start() {
        return start;
    }

    void reached(@Nullable BinlogPosition here) {
        position = here;
    }

    @Nullable
    BinlogPosition position() {
        return position;
    }
}
