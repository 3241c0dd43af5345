package io.rustcdc.source.internal;

import io.rustcdc.event.TableId;
import io.rustcdc.schema.AcknowledgedSchema;
import io.rustcdc.schema.SchemaChange;
import io.rustcdc.schema.TableSchema;
import io.rustcdc.source.SourceException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether the shape that a change comes with is news. The schemas it starts with are those that listeners have
 * acknowledged; while older log is read again, older shapes come by and are used for decoding only. For one thread.
 *
 * <p>Comparing positions of changes is right although transactions may interleave in the log: a change of shape locks its
 * table against all writers until it commits, so every change of the new shape lies behind every change of the old one.
 *
 * @param <P> a position in the source's log; its text form is that of the saved schemas
 */
public final class SchemaWatch<P extends Comparable<P>> {

    private final Map<TableId, Known<P>> known = new HashMap<>();

    /**
     * @param parse reads a position back; throws IllegalArgumentException if the text is none
     */
    public SchemaWatch(Map<TableId, AcknowledgedSchema> acknowledged, Function<String, P> parse) {
        acknowledged.forEach(
                (table, schema) -> known.put(table, new Known<>(schema.schema(), position(table, schema, parse))));
    }

    /** A table as the stream describes it, which remembers whether its shape was compared. */
    public interface Described {

        TableSchema schema();

        boolean isAnnounced();

        void setAnnounced();
    }

    /** Looks at the table of a change that is about to be handed over. */
    public News look(Described table, P position) {
        if (table.isAnnounced()) {
            return News.NONE;
        }
        TableSchema schema = table.schema();
        Known<P> old = known.get(schema.table());
        if (old != null && old.schema.equals(schema)) {
            table.setAnnounced();
            return News.NONE;
        }
        if (old != null && old.position != null && old.position.compareTo(position) >= 0) {
            return News.NONE;
        }
        known.put(schema.table(), new Known<>(schema, position));
        table.setAnnounced();
        return new News(
                old == null ? null : new SchemaChange(old.schema, schema),
                new AcknowledgedSchema(schema, position.toString()));
    }

    private static <P> @Nullable P position(TableId table, AcknowledgedSchema schema, Function<String, P> parse) {
        if (schema.position().isEmpty()) {
            return null;
        }
        try {
            return parse.apply(schema.position());
        } catch (IllegalArgumentException e) {
            throw SourceException.terminal(
                    "The saved schema of table '%s' is damaged: %s".formatted(table, e.getMessage()),
                    "Restore the saved schemas from a backup, or remove them: then the present shapes are taken as known "
                            + "and changes of shape since the checkpoint are not announced.");
        }
    }

    /** @param position null where it lies before all that can be read */
    private record Known<P>(TableSchema schema, @Nullable P position) {}

    /**
     * What to hand over before the change.
     *
     * @param change null for a table seen for the first time, which is no change
     * @param next the shape from here on; null when there is no news
     */
    public record News(
            @Nullable SchemaChange change, @Nullable AcknowledgedSchema next) {

        private static final News NONE = new News(null, null);
    }
}
