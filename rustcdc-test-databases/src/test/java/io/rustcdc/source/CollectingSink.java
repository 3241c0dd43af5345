package io.rustcdc.source;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Offset;
import io.rustcdc.event.Row;
import io.rustcdc.event.TableId;
import io.rustcdc.schema.AcknowledgedSchema;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Keeps all that a stream hands over, up to a number of changes. */
public class CollectingSink implements ChangeSink {

    public final List<ChangeEvent<Row>> events = new ArrayList<>();
    public final List<Offset> commits = new ArrayList<>();
    public final List<Offset> idles = new ArrayList<>();
    public final Map<TableId, AcknowledgedSchema> schemas = new HashMap<>();
    public int room = Integer.MAX_VALUE;

    @Override
    public boolean hasRoom() {
        return events.size() < room;
    }

    @Override
    public void change(ChangeEvent<Row> event, int bytes) {
        events.add(event);
    }

    @Override
    public void schema(AcknowledgedSchema schema) {
        schemas.put(schema.schema().table(), schema);
    }

    @Override
    public void schemaChange(ChangeEvent<Row> event, AcknowledgedSchema schema, int bytes) {
        schema(schema);
        change(event, bytes);
    }

    @Override
    public void commit(Offset end, Instant commitTime) {
        commits.add(end);
    }

    @Override
    public void idle(Offset position) {
        idles.add(position);
    }

    /** The ids of the changed rows, in order. */
    public List<Object> ids() {
        return events.stream()
                .map(event -> event.after() != null ? event.after() : event.before())
                .map(row -> row.get("id"))
                .toList();
    }
}
