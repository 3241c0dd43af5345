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

/**
 * The checkpoint and the acknowledged schemas of one source as the JSON that every store keeps, UTF-8 where it is bytes. The
 * form of the checkpoint is that of the operator's runbook; one without {@code content_checksum} was written by a person.
 * Thread-safe.
 */
public final class CheckpointText {

    private static final int CHECKPOINT_VERSION = 1;
    private static final int SCHEMAS_VERSION = 1;

    private final EventSource source;
    private final OffsetFormat format;
    private final StoredJson checkpoints;
    private final StoredJson schemas;

    /**
     * Where the two texts are kept, for messages.
     *
     * @param checkpoint such as "Checkpoint file '/var/shop/checkpoint_postgres.json'"
     * @param checkpointRemedy what to do when the checkpoint cannot be read
     * @param schemas as for the checkpoint
     * @param schemasRemedy as for the checkpoint
     */
    public record Places(String checkpoint, String checkpointRemedy, String schemas, String schemasRemedy) {}

    public CheckpointText(EventSource source, OffsetFormat format, Places places) {
        this.source = source;
        this.format = format;
        this.checkpoints = new StoredJson(
                new StoredJson.Place(places.checkpoint, places.checkpointRemedy),
                List.of("checkpoint_format_version", "source_type", "committed_event_count", "offset"),
                List.of("snapshot"));
        this.schemas = new StoredJson(
                new StoredJson.Place(places.schemas, places.schemasRemedy),
                List.of("schemas_format_version", "source_type", "schemas"),
                List.of());
    }

    /** The text of a checkpoint, with a checksum; without one if a person wrote it, by which that is known again. */
    public byte[] encode(Checkpoint checkpoint) {
        List<?> values = values(checkpoint);
        return checkpoint.operatorSeed() ? checkpoints.encodeSeed(values) : checkpoints.encode(values);
    }

    private List<?> values(Checkpoint checkpoint) {
        List<Object> values = new ArrayList<>(List.of(
                CHECKPOINT_VERSION,
                source.type(),
                checkpoint.committedEventCount(),
                checkpoint.offset().fields()));
        SnapshotState snapshot = checkpoint.snapshot();
        if (snapshot != null) {
            values.add(SnapshotRecords.toJson(snapshot));
        }
        return values;
    }

    /**
     * What the text says.
     *
     * @throws CheckpointException TERMINAL if it is damaged, of another version, or another source's type
     */
    public Checkpoint decode(byte[] text) {
        Map<String, @Nullable Object> found = checkpoints.decode(text, CHECKPOINT_VERSION, source.type());
        Object count = found.get("committed_event_count");
        if (!(count instanceof Integer || count instanceof Long) || ((Number) count).longValue() < 0) {
            throw checkpoints.damaged("field 'committed_event_count' must be a whole number from 0 on");
        }
        if (!(found.get("offset") instanceof Map<?, ?> fields)) {
            throw checkpoints.damaged("field 'offset' must be an object");
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
                    format.parse(offset), ((Number) count).longValue(), operatorSeed, snapshot(found.get("snapshot")));
        } catch (IllegalArgumentException e) {
            throw checkpoints.damaged("in field 'offset', " + e.getMessage(), e);
        }
    }

    private @Nullable SnapshotState snapshot(@Nullable Object value) {
        try {
            return value == null ? null : SnapshotRecords.parse(value);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw checkpoints.damaged("in field 'snapshot', " + e.getMessage(), e);
        }
    }

    /** The text of the schemas, with a checksum. Equal schemas make equal texts. */
    public byte[] encodeSchemas(Map<TableId, AcknowledgedSchema> known) {
        return schemas.encode(List.of(SCHEMAS_VERSION, source.type(), SchemaRecords.toJson(known)));
    }

    /**
     * What the text says.
     *
     * @throws CheckpointException TERMINAL if it is damaged, of another version, or another source's type
     */
    public Map<TableId, AcknowledgedSchema> decodeSchemas(byte[] text) {
        Map<String, @Nullable Object> found = schemas.decode(text, SCHEMAS_VERSION, source.type());
        if (!found.containsKey(ContentChecksum.FIELD)) {
            throw schemas.damaged("field '%s' is missing".formatted(ContentChecksum.FIELD));
        }
        try {
            return SchemaRecords.parse(found.get("schemas"));
        } catch (IllegalArgumentException e) {
            throw schemas.damaged(String.valueOf(e.getMessage()), e);
        }
    }

    /** The refusal of a checkpoint that cannot even be read as bytes. */
    CheckpointException damagedCheckpoint(String what, @Nullable Throwable cause) {
        return checkpoints.damaged(what, cause);
    }

    CheckpointException damagedSchemas(String what, @Nullable Throwable cause) {
        return schemas.damaged(what, cause);
    }
}
