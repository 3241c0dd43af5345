package io.rustcdc.event;

import java.time.Instant;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One committed change of one table.
 *
 * <p>Which images exist: INSERT and READ have {@code after}; DELETE has {@code before}; UPDATE has {@code after}, and
 * {@code before} when the source sends one (PostgreSQL under REPLICA IDENTITY DEFAULT: only when the key changed, and
 * then the key alone); TRUNCATE has neither; SCHEMA_CHANGE describes the new shape in {@code after}.
 *
 * <p>Immutable and thread-safe, as long as {@code T} is.
 *
 * @param <T> the type of the images: {@link Row} in the engine, a listener's own type where one was asked for
 */
public final class ChangeEvent<T> {

    /** The version of the event's shape, also in the JSON envelope. */
    public static final int ENVELOPE_VERSION = 1;

    private final Operation operation;
    private final TableId table;
    private final @Nullable T before;
    private final @Nullable T after;
    private final @Nullable Row beforeRow;
    private final @Nullable Row afterRow;
    private final boolean beforeKeyOnly;
    private final EventSource source;
    private final Offset offset;
    private final Instant commitTime;
    private final @Nullable Transaction transaction;
    private final @Nullable SnapshotInfo snapshot;

    private ChangeEvent(Builder builder, @Nullable T before, @Nullable T after) {
        this.operation = builder.operation;
        this.table = builder.table;
        this.before = before;
        this.after = after;
        this.beforeRow = builder.before;
        this.afterRow = builder.after;
        this.beforeKeyOnly = builder.beforeKeyOnly;
        this.source = builder.source;
        this.offset = Objects.requireNonNull(builder.offset, "offset");
        this.commitTime = Objects.requireNonNull(builder.commitTime, "commitTime");
        this.transaction = builder.transaction;
        this.snapshot = builder.snapshot;
    }

    /** The images as the listener sees them, and as rows. */
    private record Images<T>(
            @Nullable T before,
            @Nullable T after,
            @Nullable Row beforeRow,
            @Nullable Row afterRow) {}

    private ChangeEvent(ChangeEvent<?> event, Images<T> images) {
        this.operation = event.operation;
        this.table = event.table;
        this.before = images.before;
        this.after = images.after;
        this.beforeRow = images.beforeRow;
        this.afterRow = images.afterRow;
        this.beforeKeyOnly = event.beforeKeyOnly;
        this.source = event.source;
        this.offset = event.offset;
        this.commitTime = event.commitTime;
        this.transaction = event.transaction;
        this.snapshot = event.snapshot;
    }

    public static Builder of(EventSource source, Operation operation, TableId table) {
        return new Builder(source, operation, table);
    }

    /** The same change with images of another type; the mapping is applied to the images that exist, at once. */
    public <U> ChangeEvent<U> map(Function<? super T, ? extends U> mapping) {
        return new ChangeEvent<U>(
                this,
                new Images<U>(
                        before == null ? null : mapping.apply(before),
                        after == null ? null : mapping.apply(after),
                        beforeRow,
                        afterRow));
    }

    /**
     * The same change with other images, for each that it has: everything else stays. Made for transforms.
     *
     * @throws IllegalArgumentException if an image would appear or vanish
     */
    public ChangeEvent<Row> withRows(@Nullable Row newBefore, @Nullable Row newAfter) {
        if ((newBefore == null) != (beforeRow == null) || (newAfter == null) != (afterRow == null)) {
            throw new IllegalArgumentException("A %s of %s has before=%s and after=%s, and that cannot be changed"
                    .formatted(operation.code(), table, beforeRow != null, afterRow != null));
        }
        return new ChangeEvent<Row>(this, new Images<>(newBefore, newAfter, newBefore, newAfter));
    }

    /** As {@link #withRows(Row, Row)}, with the same done to both images. */
    public ChangeEvent<Row> withRows(UnaryOperator<Row> change) {
        return withRows(
                beforeRow == null ? null : change.apply(beforeRow), afterRow == null ? null : change.apply(afterRow));
    }

    public Operation operation() {
        return operation;
    }

    public TableId table() {
        return table;
    }

    /** The image before the change, null where the source sent none. */
    public @Nullable T before() {
        return before;
    }

    /** The image after the change; null for DELETE and TRUNCATE. */
    public @Nullable T after() {
        return after;
    }

    /** The untyped image before the change, which also knows which columns are present. */
    public @Nullable Row beforeRow() {
        return beforeRow;
    }

    /** The untyped image after the change, which also knows which columns are present. */
    public @Nullable Row afterRow() {
        return afterRow;
    }

    /**
     * Whether the before image holds only the columns that identify the row, the others being absent: those of the key, or
     * of the index that the table has as its replica identity.
     */
    public boolean beforeKeyOnly() {
        return beforeKeyOnly;
    }

    public EventSource source() {
        return source;
    }

    /** Resuming here delivers what comes after this change, and only that. */
    public Offset offset() {
        return offset;
    }

    /** When the transaction was committed, by the database's clock; for READ, when the row was read. */
    public Instant commitTime() {
        return commitTime;
    }

    /** Null for READ. */
    public @Nullable Transaction transaction() {
        return transaction;
    }

    /** Null unless READ. */
    public @Nullable SnapshotInfo snapshot() {
        return snapshot;
    }

    /** The key of the changed row: of the after image, for DELETE of the before image; null when not known whole. */
    public @Nullable RowKey key() {
        if (operation == Operation.DELETE) {
            return RowKey.of(beforeRow);
        }
        RowKey key = RowKey.of(afterRow);
        return key != null ? key : RowKey.of(beforeRow);
    }

    /** The key before an UPDATE that changed it; else null, also where the source does not send it. */
    public @Nullable RowKey previousKey() {
        RowKey before = operation == Operation.UPDATE ? RowKey.of(beforeRow) : null;
        return before == null || before.equals(key()) ? null : before;
    }

    /** The only write that copies this change to another store without damage. */
    public RowWrite rowWrite() {
        return switch (operation) {
            case TRUNCATE -> new RowWrite.Truncate();
            case SCHEMA_CHANGE -> new RowWrite.None(RowWrite.Reason.SCHEMA_CHANGE);
            case DELETE -> {
                RowKey key = key();
                yield key == null ? new RowWrite.None(RowWrite.Reason.MISSING_KEY) : new RowWrite.Delete(key);
            }
            case INSERT, UPDATE, READ -> write(Objects.requireNonNull(afterRow, "after"));
        };
    }

    private RowWrite write(Row row) {
        RowKey key = key();
        RowKey oldKey = previousKey();
        if (row.isComplete()) {
            return operation == Operation.UPDATE && key == null
                    ? new RowWrite.None(RowWrite.Reason.MISSING_KEY)
                    : new RowWrite.Replace(key, oldKey, row);
        }
        return key == null ? new RowWrite.None(RowWrite.Reason.MISSING_KEY) : new RowWrite.Merge(key, oldKey, row);
    }

    /** Names what and where, never values. */
    @Override
    public String toString() {
        return "%s %s at %s".formatted(operation.code(), table, offset.text());
    }

    /** Collects the parts of an event, or of several that differ in some. Not thread-safe. */
    public static final class Builder {

        private final EventSource source;
        private final Operation operation;
        private final TableId table;
        private @Nullable Row before;
        private @Nullable Row after;
        private boolean beforeKeyOnly;
        private @Nullable Offset offset;
        private @Nullable Instant commitTime;
        private @Nullable Transaction transaction;
        private @Nullable SnapshotInfo snapshot;

        private Builder(EventSource source, Operation operation, TableId table) {
            this.source = source;
            this.operation = operation;
            this.table = table;
        }

        public Builder before(@Nullable Row row, boolean keyOnly) {
            this.before = row;
            this.beforeKeyOnly = keyOnly;
            return this;
        }

        public Builder after(@Nullable Row row) {
            this.after = row;
            return this;
        }

        public Builder offset(Offset offset) {
            this.offset = offset;
            return this;
        }

        public Builder commitTime(Instant time) {
            this.commitTime = time;
            return this;
        }

        public Builder transaction(Transaction transaction) {
            this.transaction = transaction;
            return this;
        }

        public Builder snapshot(SnapshotInfo snapshot) {
            this.snapshot = snapshot;
            return this;
        }

        /**
         * The event of these parts.
         *
         * @throws IllegalStateException if an image is missing that the operation must have, or present where it must
         *     not be
         */
        public ChangeEvent<Row> build() {
            boolean wrong = switch (operation) {
                case INSERT, READ, SCHEMA_CHANGE -> after == null || before != null;
                case UPDATE -> after == null;
                case DELETE -> before == null || after != null;
                case TRUNCATE -> before != null || after != null;
            };
            if (wrong) {
                throw new IllegalStateException("A %s event of %s has before=%s and after=%s"
                        .formatted(operation.code(), table, before != null, after != null));
            }
            return new ChangeEvent<Row>(this, before, after);
        }
    }
}
