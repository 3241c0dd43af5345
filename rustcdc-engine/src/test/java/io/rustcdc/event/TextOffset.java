package io.rustcdc.event;

import java.util.Map;

record TextOffset(String text) implements Offset {

    @Override
    public Map<String, Object> fields() {
        return Map.of("position", text);
    }

    @Override
    public boolean isBefore(Offset other) {
        return false;
    }
}
