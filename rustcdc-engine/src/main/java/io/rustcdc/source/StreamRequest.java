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
 * @param gapAccepted whether an operator accepted, for this once, that changes after the offset are missing: then a lost
 *     position is no error, and the stream starts at the earliest position that can still be read without passing over
 *     more; the slot or its like may be created anew for it
 * @param schemas the last acknowledged shape of each table; a shape that differs and is newer is announced
 * @param readsRows whether the rows that exist are to be read, too: then a source that must not read them is refused
 *     before anything is created for it
 */
public record StreamRequest(
        @Nullable Offset resume,
        boolean operatorSeed,
        boolean gapAccepted,
        Map<TableId, AcknowledgedSchema> schemas,
        boolean readsRows) {

    public StreamRequest {
        schemas = Map.copyOf(schemas);
    }

    /** For changes alone. */
    public StreamRequest(
            @Nullable Offset resume,
            boolean operatorSeed,
            boolean gapAccepted,
            Map<TableId, AcknowledgedSchema> schemas) {
        this(resume, operatorSeed, gapAccepted, schemas, false);
    }

    public static StreamRequest fresh() {
        return new StreamRequest(null, false, false, Map.of());
    }

    public static StreamRequest resume(Offset offset) {
        return new StreamRequest(offset, false, false, Map.of());
    }

    /** The same, with the rows that exist. */
    public StreamRequest readingRows() {
        return new StreamRequest(resume, operatorSeed, gapAccepted, schemas, true);
    }

    /**
     * Whether the stream's own start counts instead of the offset, so that it has to be saved before the first change is
     * delivered.
     */
    public boolean startsAnew() {
        return resume == null || operatorSeed || gapAccepted;
    }
}
