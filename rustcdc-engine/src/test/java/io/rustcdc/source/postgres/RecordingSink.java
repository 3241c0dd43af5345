package io.rustcdc.source.postgres;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Offset;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.schema.AcknowledgedSchema;
import io.rustcdc.source.ChangeSink;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Keeps what a stream hands over, in order, as values that can be compared. */
final class RecordingSink implements ChangeSink {

    private final List<Entry> entries = new ArrayList<>();
    private final List<ChangeEvent<Row>> events = new ArrayList<>();

    List<Entry> entries() {
        return entries;
    }

    List<ChangeEvent<Row>> events() {
        return events;
    }

    List<Offset> commits() {
        return entries.stream()
                .filter(entry -> entry.kind.equals("commit"))
                .map(Entry::offset)
                .toList();
    }

    List<AcknowledgedSchema> schemas() {
        return entries.stream().map(Entry::schema).filter(Objects::nonNull).toList();
    }

    @Override
    public boolean hasRoom() {
        return true;
    }

    @Override
    public void change(ChangeEvent<Row> event, int bytes) {
        add(event, null, bytes);
    }

    @Override
    public void schemaChange(ChangeEvent<Row> event, AcknowledgedSchema schema, int bytes) {
        add(event, schema, bytes);
    }

    private void add(ChangeEvent<Row> event, @Nullable AcknowledgedSchema schema, int bytes) {
        if (bytes <= 0) {
            throw new IllegalArgumentException("A change needs bytes");
        }
        events.add(event);
        String images = "%s %s %s key-only %s tx %s"
                .formatted(
                        event.table(),
                        show(event.beforeRow()),
                        show(event.afterRow()),
                        event.beforeKeyOnly(),
                        event.transaction());
        entries.add(new Entry(
                event.operation().code(), event.offset(), event.offset().text() + " " + images, schema));
    }

    @Override
    public void schema(AcknowledgedSchema schema) {
        entries.add(new Entry("schema", null, schema.position(), schema));
    }

    @Override
    public void commit(Offset end, Instant commitTime) {
        entries.add(new Entry("commit", end, commitTime.toString(), null));
    }

    @Override
    public void idle(Offset position) {
        entries.add(new Entry("idle", position, "", null));
    }

    private static String show(@Nullable Row row) {
        return row == null ? "-" : row.toMap().toString();
    }

    /**
     * @param offset null for a schema alone
     * @param schema of a schema or a schema change, else null
     */
    record Entry(
            String kind,
            @Nullable Offset offset,
            String text,
            @Nullable AcknowledgedSchema schema) {

        boolean isSchemaChange() {
            return kind.equals(Operation.SCHEMA_CHANGE.code());
        }
    }
}
