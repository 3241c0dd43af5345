package io.rustcdc.checkpoint;

import io.rustcdc.event.Offset;
import java.util.LinkedHashMap;
import java.util.Map;

/** The smallest offset that looks like that of PostgreSQL. A negative position is one of another server: not ordered. */
record TestOffset(long lsn) implements Offset {

    @Override
    public String text() {
        return "at " + lsn;
    }

    @Override
    public Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("slot_name", "shop");
        fields.put("lsn", lsn);
        return fields;
    }

    @Override
    public boolean isBefore(Offset other) {
        return lsn >= 0 && ((TestOffset) other).lsn >= 0 && lsn < ((TestOffset) other).lsn;
    }

    static TestOffset parse(Map<String, ?> fields) {
        if (!(fields.get("lsn") instanceof Number lsn)) {
            throw new IllegalArgumentException("field 'lsn' must be a number, found " + fields.get("lsn"));
        }
        return new TestOffset(lsn.longValue());
    }
}
