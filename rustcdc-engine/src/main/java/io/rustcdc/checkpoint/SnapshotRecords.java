package io.rustcdc.checkpoint;

import io.rustcdc.checkpoint.TableSnapshot.Incarnation;
import io.rustcdc.checkpoint.TableSnapshot.Phase;
import io.rustcdc.event.TableId;
import io.rustcdc.source.KeyRange;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The state of snapshots as plain JSON values and back. */
final class SnapshotRecords {

    private SnapshotRecords() {}

    static Map<String, @Nullable Object> toJson(SnapshotState state) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("id", state.id());
        json.put("generation", state.generation());
        json.put("paused", state.paused());
        json.put("recovering", state.recovering());
        json.put("tables", state.tables().stream().map(SnapshotRecords::toJson).toList());
        return json;
    }

    private static Map<String, @Nullable Object> toJson(TableSnapshot table) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("schema", table.table().schema());
        json.put("table", table.table().name());
        json.put("incarnation", table.incarnation().id());
        json.put("joining", table.incarnation().joining());
        json.put("phase", table.phase().name().toLowerCase(Locale.ROOT));
        json.put("key", table.key());
        json.put("requested", table.requested());
        json.put("condition", table.condition());
        List<Map<String, Object>> remaining = new ArrayList<>();
        for (KeyRange range : table.remaining()) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("after", range.after());
            entry.put("up_to", range.upTo());
            remaining.add(entry);
        }
        json.put("remaining", remaining);
        json.put("generation", table.generation());
        json.put("rows", table.rows());
        json.put("chunks", table.chunks());
        json.put("estimated_rows", table.estimatedRows());
        return json;
    }

    /**
     * @throws IllegalArgumentException naming the field that is missing or of another type
     */
    static SnapshotState parse(Object value) {
        JsonFields state = JsonFields.of("snapshot", value);
        return new SnapshotState(
                state.text("id"),
                state.number("generation"),
                state.bool("paused"),
                state.bool("recovering"),
                state.objects("tables").stream().map(SnapshotRecords::table).toList());
    }

    private static TableSnapshot table(JsonFields json) {
        List<KeyRange> remaining = json.objects("remaining").stream()
                .map(range -> new KeyRange(range.texts("after"), range.texts("up_to")))
                .toList();
        return new TableSnapshot(
                new TableId(json.textOrNull("schema"), json.text("table")),
                new Incarnation(json.textOrNull("incarnation"), json.bool("joining")),
                json.texts("key"),
                phase(json.text("phase")),
                json.boolOrFalse("requested"),
                json.textOrNull("condition"),
                remaining,
                json.number("generation"),
                json.number("rows"),
                Math.toIntExact(json.number("chunks")),
                json.number("estimated_rows"));
    }

    private static Phase phase(String name) {
        for (Phase phase : Phase.values()) {
            if (phase.name().toLowerCase(Locale.ROOT).equals(name)) {
                return phase;
            }
        }
        throw new IllegalArgumentException("field 'phase' is '%s', which is not known".formatted(name));
    }
}
