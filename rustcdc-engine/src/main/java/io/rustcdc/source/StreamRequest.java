package io.rustcdc.source;

import io.rustcdc.event.Offset;
import io.rustcdc.event.TableId;
import io.rustcdc.schema.AcknowledgedSchema;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a stream is to start.
 *
 * @param resume the saved offset; null for a fresh start
 * @param operatorSeed whether the offset was written by hand: then the operator's decision counts, and the start may be
 *     moved or the slot created to follow it
 * @param schemas the last acknowledged shape of each table; a shape that differs and is newer is announced
 */
public record StreamRequest(@Nullable Offset resume, boolean operatorSeed, Map<TableId, AcknowledgedSchema> schemas) {

    public StreamRequest {
        schemas = Map.copyOf(schemas);
    }

    public static StreamRequest fresh() {
        return new StreamRequest(null, false, Map.of());
    }

    public static StreamRequest resume(Offset offset) {
        return new StreamRequest(offset, false, Map.of());
    }
}
