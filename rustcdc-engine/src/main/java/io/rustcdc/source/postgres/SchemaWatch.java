package io.rustcdc.source.postgres;

import io.rustcdc.event.TableId;
import io.rustcdc.schema.AcknowledgedSchema;
import io.rustcdc.schema.SchemaChange;
import io.rustcdc.source.SourceException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether the shape that a change comes with is news. The schemas it starts with are those that listeners have
 * acknowledged; while older log is read again, older shapes come by and are used for decoding only. For one thread.
 *
 * <p>Comparing LSNs of changes is right although transactions interleave: a change of shape locks its table against all
 * writers until it commits, so every change of the new shape lies behind every change of the old one.
 */
final class SchemaWatch {

    private final Map<TableId, Known> known = new HashMap<>();

    SchemaWatch(Map<TableId, AcknowledgedSchema> acknowledged) {
        acknowledged.forEach((table, schema) -> known.put(table, new Known(schema, position(table, schema))));
    }

    /** Looks at the table of a change that is about to be handed over. */
    News look(CapturedTable table, long changeLsn) {
        if (table.isAnnounced()) {
            return News.NONE;
        }
        Known old = known.get(table.id());
        if (old != null && old.acknowledged.schema().equals(table.schema())) {
            table.setAnnounced();
            return News.NONE;
        }
        if (old != null && !Lsn.isBefore(old.position, changeLsn)) {
            return News.NONE;
        }
        AcknowledgedSchema next = new AcknowledgedSchema(table.schema(), Lsn.format(changeLsn));
        known.put(table.id(), new Known(next, changeLsn));
        table.setAnnounced();
        return new News(old == null ? null : new SchemaChange(old.acknowledged.schema(), table.schema()), next);
    }

    private static long position(TableId table, AcknowledgedSchema schema) {
        if (schema.position().isEmpty()) {
            return 0;
        }
        try {
            return Lsn.parse(schema.position()).value();
        } catch (IllegalArgumentException e) {
            throw SourceException.terminal(
                    "The saved schema of table '%s' is damaged: %s".formatted(table, e.getMessage()),
                    "Restore the saved schemas from a backup, or remove them: then the present shapes are taken as known "
                            + "and changes of shape since the checkpoint are not announced.");
        }
    }

    private record Known(AcknowledgedSchema acknowledged, long position) {}

    /**
     * What to hand over before the change.
     *
     * @param change null for a table seen for the first time, which is no change
     * @param next the shape from here on; null when there is no news
     */
    record News(@Nullable SchemaChange change, @Nullable AcknowledgedSchema next) {

        private static final News NONE = new News(null, null);
    }
}
