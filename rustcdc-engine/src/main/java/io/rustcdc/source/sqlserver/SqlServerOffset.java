package io.rustcdc.source.sqlserver;

import io.rustcdc.event.Offset;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A position in the changes of a database.
 *
 * <p>Outside of a transaction it is one LSN: everything that was committed up to it is done. Inside it is the place of the last done
 * change, and how many of the transaction's changes are done. Since places are totally ordered, the place alone tells what comes next,
 * whichever tables are captured by then; the count only numbers the changes.
 *
 * <p>Fields: {@code cursor}, which is {@code {lsn}} or {@code {lsn}:{seqval}:{operation}}; inside a transaction {@code command_id} and
 * {@code tx_changes_done}; {@code instances}, from each table to the capture instances that were read, unless written by hand.
 */
public final class SqlServerOffset implements Offset {

    private static final Pattern INSIDE = Pattern.compile("([^:]+):([^:]+):([1-4])");

    private final Lsn lsn;
    private final @Nullable ChangePosition change;
    private final long txChangesDone;
    private final KnownInstances instances;
    /** The log that is known to hold nothing else up to here; not a part of the value. */
    private final Lsn scanned;

    private SqlServerOffset(
            Lsn lsn, @Nullable ChangePosition change, long txChangesDone, KnownInstances instances, Lsn scanned) {
        this.lsn = lsn;
        this.change = change;
        this.txChangesDone = txChangesDone;
        this.instances = instances;
        this.scanned = scanned;
    }

    /** Everything up to this LSN is done. */
    static SqlServerOffset at(Lsn lsn, KnownInstances instances) {
        return new SqlServerOffset(lsn, null, 0, instances, lsn);
    }

    /** Everything up to this change of its transaction is done. */
    static SqlServerOffset inside(ChangePosition change, long changesDone, KnownInstances instances) {
        return new SqlServerOffset(change.commit(), change, changesDone, instances, Lsn.ZERO);
    }

    /**
     * Reads an offset back, also one written by hand or by the original; unknown fields are ignored.
     *
     * @throws IllegalArgumentException naming the field, what was expected and what was found
     */
    public static SqlServerOffset parse(Map<String, ?> fields) {
        if (!(fields.get("cursor") instanceof String cursor) || cursor.isBlank()) {
            throw wrong(fields.get("cursor"));
        }
        KnownInstances instances = fields.get("instances") == null
                ? KnownInstances.UNKNOWN
                : KnownInstances.parse(fields.get("instances"));
        Matcher matcher = INSIDE.matcher(cursor.strip());
        try {
            if (!matcher.matches()) {
                return at(Lsn.parse(cursor), instances);
            }
            return inside(
                    new ChangePosition(
                            Lsn.parse(matcher.group(1)),
                            (int) number(fields, "command_id", ChangePosition.NO_COMMAND),
                            Lsn.parse(matcher.group(2)),
                            Integer.parseInt(matcher.group(3))),
                    number(fields, "tx_changes_done", 0),
                    instances);
        } catch (IllegalArgumentException e) {
            if (String.valueOf(e.getMessage()).startsWith("Offset field")) {
                throw e;
            }
            throw wrong(cursor);
        }
    }

    private static long number(Map<String, ?> fields, String name, long otherwise) {
        Object value = fields.get(name);
        if (value == null) {
            return otherwise;
        }
        if ((value instanceof Integer || value instanceof Long) && ((Number) value).longValue() >= 0) {
            return ((Number) value).longValue();
        }
        throw new IllegalArgumentException(
                "Offset field '%s' must be a whole number of at least 0, found %s".formatted(name, value));
    }

    private static IllegalArgumentException wrong(@Nullable Object found) {
        return new IllegalArgumentException(
                "Offset field 'cursor' must be an LSN (0x and 20 hexadecimal digits) or {lsn}:{seqval}:{operation}, found %s"
                        .formatted(found instanceof String ? "\"" + found + "\"" : found));
    }

    /** The same position, at which it is known that up to there the log holds nothing else that would come. */
    SqlServerOffset scannedTo(Lsn reached) {
        return reached.isBefore(scanned) || reached.equals(scanned)
                ? this
                : new SqlServerOffset(lsn, change, txChangesDone, instances, reached);
    }

    SqlServerOffset with(KnownInstances others) {
        return new SqlServerOffset(lsn, change, txChangesDone, others, scanned);
    }

    /** Of the last done or the present transaction. */
    Lsn lsn() {
        return lsn;
    }

    /** All up to here is done, transactions as a whole. */
    Lsn completed() {
        return change == null ? lsn : lsn.previous();
    }

    /** The last done change of an unfinished transaction; null outside of one. */
    @Nullable
    ChangePosition change() {
        return change;
    }

    long txChangesDone() {
        return txChangesDone;
    }

    KnownInstances instances() {
        return instances;
    }

    Lsn scanned() {
        return scanned;
    }

    @Override
    public boolean isInsideTransaction() {
        return change != null;
    }

    @Override
    public String text() {
        return lsn.toString();
    }

    @Override
    public Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        if (change == null) {
            fields.put("cursor", lsn.toString());
        } else {
            fields.put("cursor", change.toString());
            if (change.hasCommand()) {
                fields.put("command_id", change.command());
            }
            fields.put("tx_changes_done", txChangesDone);
        }
        if (!instances.areUnknown()) {
            fields.put("instances", instances.field());
        }
        return Collections.unmodifiableMap(fields);
    }

    /**
     * A bare LSN and a place in its transaction are not provably in any order unless the place is one of ours: the original saves the
     * bare LSN for each change.
     */
    @Override
    public boolean isBefore(Offset other) {
        if (!(other instanceof SqlServerOffset that)) {
            return false;
        }
        int order = lsn.compareTo(that.lsn);
        if (order != 0 || change == null) {
            return order < 0;
        }
        if (that.change == null) {
            return txChangesDone > 0;
        }
        return change.hasCommand() == that.change.hasCommand() && change.compareTo(that.change) < 0;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SqlServerOffset that
                && lsn.equals(that.lsn)
                && Objects.equals(change, that.change)
                && txChangesDone == that.txChangesDone
                && instances.equals(that.instances);
    }

    @Override
    public int hashCode() {
        return 31 * lsn.hashCode() + Long.hashCode(txChangesDone);
    }

    @Override
    public String toString() {
        return "SqlServerOffset" + fields();
    }
}
