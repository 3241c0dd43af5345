package io.rustcdc.checkpoint;

import io.rustcdc.event.EventSource;
import io.rustcdc.event.TableId;
import io.rustcdc.schema.AcknowledgedSchema;
import io.rustcdc.source.OffsetFormat;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The JSON of one source's checkpoint, the runbook's envelope, and of its acknowledged schemas. */
final class CheckpointFormat {

    static final List<String> CHECKPOINT_FIELDS =
            List.of("checkpoint_format_version", "source_type", "committed_event_count", "offset");
    static final List<String> CHECKPOINT_OPTIONAL = List.of("snapshot");
    static final List<String> SCHEMAS_FIELDS = List.of("schemas_format_version", "source_type", "schemas");

    private static final int CHECKPOINT_VERSION = 1;
    private static final int SCHEMAS_VERSION = 1;

    private final EventSource source;
    private final OffsetFormat offsets;

    CheckpointFormat(EventSource source, OffsetFormat offsets) {
        this.source = source;
        this.offsets = offsets;
    }

    /** One that a person wrote has no checksum, by which it is known again. */
    byte[] encode(StoredJson file, Checkpoint checkpoint) {
        List<Object> values = new ArrayList<>(List.of(
                CHECKPOINT_VERSION,
                source.type(),
                checkpoint.committedEventCount(),
                checkpoint.offset().fields()));
        SnapshotState snapshot = checkpoint.snapshot();
        if (snapshot != null) {
            values.add(SnapshotRecords.toJson(snapshot));
        }
        return checkpoint.operatorSeed() ? file.encodeSeed(values) : file.encode(values);
    }

    byte[] encode(StoredJson file, Map<TableId, AcknowledgedSchema> schemas) {
        return file.encode(List.of(SCHEMAS_VERSION, source.type(), SchemaRecords.toJson(schemas)));
    }

    /**
     * @param bytes what the file holds
     * @throws CheckpointException if that is no checkpoint of this source
     */
    Checkpoint checkpoint(StoredJson file, byte[] bytes) {
        Map<String, @Nullable Object> found = file.decode(bytes, CHECKPOINT_VERSION, source.type());
        Object count = found.get("committed_event_count");
        if (!(count instanceof Integer || count instanceof Long) || ((Number) count).longValue() < 0) {
            throw file.damaged("field 'committed_event_count' must be a whole number from 0 on");
        }
        if (!(found.get("offset") instanceof Map<?, ?> fields)) {
            throw file.damaged("field 'offset' must be an object");
        }
        Map<String, Object> offset = new LinkedHashMap<>();
        fields.forEach((name, value) -> {
            if (value != null) {
                offset.put(String.valueOf(name), value);
            }
        });
        try {
            boolean operatorSeed = !found.containsKey(ContentChecksum.FIELD);
            return new Checkpoint(
                    offsets.parse(offset),
                    ((Number) count).longValue(),
                    operatorSeed,
                    snapshot(file, found.get("snapshot")));
        } catch (IllegalArgumentException e) {
            throw file.damaged("in field 'offset', " + e.getMessage(), e);
        }
    }

    private static @Nullable SnapshotState snapshot(StoredJson file, @Nullable Object value) {
        try {
            return value == null ? null : SnapshotRecords.parse(value);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw file.damaged("in field 'snapshot', " + e.getMessage(), e);
        }
    }

    /**
     * @param bytes what the file holds
     * @throws CheckpointException if these are no schemas of this source
     */
    Map<TableId, AcknowledgedSchema> schemas(StoredJson file, byte[] bytes) {
        Map<String, @Nullable Object> found = file.decode(bytes, SCHEMAS_VERSION, source.type());
        if (!found.containsKey(ContentChecksum.FIELD)) {
            throw file.damaged("field '%s' is missing".formatted(ContentChecksum.FIELD));
        }
        try {
            return SchemaRecords.parse(found.get("schemas"));
        } catch (IllegalArgumentException e) {
            throw file.damaged(String.valueOf(e.getMessage()), e);
        }
    }
}
