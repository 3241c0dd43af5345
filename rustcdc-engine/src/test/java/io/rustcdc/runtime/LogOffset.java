package io.rustcdc.runtime;

import io.rustcdc.event.Offset;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A position in a {@link LogSource}: so many finished transactions, and so many changes done of the next one.
 */
record LogOffset(long finished, long done) implements Offset {

    @Override
    public String text() {
        return finished + "+" + done;
    }

    @Override
    public Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("finished", finished);
        fields.put("done", done);
        return fields;
    }

    @Override
    public boolean isBefore(Offset other) {
        LogOffset that = (LogOffset) other;
        return finished < that.finished || finished == that.finished && done < that.done;
    }

    static LogOffset parse(Map<String, ?> fields) {
        return new LogOffset(((Number) fields.get("finished")).longValue(), ((Number) fields.get("done")).longValue());
    }
}
