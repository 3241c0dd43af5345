package io.rustcdc.test;

import io.rustcdc.event.Offset;
import java.util.Map;

/** A place in a made-up stream: later events have higher numbers. */
record TestOffset(long position) implements Offset {

    @Override
    public String text() {
        return Long.toString(position);
    }

    @Override
    public Map<String, Object> fields() {
        return Map.of("position", position);
    }

    @Override
    public boolean isBefore(Offset other) {
        return other instanceof TestOffset that && position < that.position;
    }
}
