package io.rustcdc.transform;

import io.rustcdc.event.CdcException;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Columns;
import io.rustcdc.event.FailureKind;
import io.rustcdc.event.Row;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** That what a transform of the application returns is still the same change. Decodes nothing. */
final class Guard {

    private Guard() {}

    /**
     * The change to go on with.
     *
     * @throws CdcException if it is another one than went in
     */
    static ChangeEvent<Row> checked(ChangeEvent<Row> in, ChangeEvent<Row> out) {
        requireSame("operation", in.operation(), out.operation());
        requireSame("table", in.table(), out.table());
        requireSame("source", in.source(), out.source());
        requireSame("offset", in.offset(), out.offset());
        requireSame("commit time", in.commitTime(), out.commitTime());
        requireSame("transaction", in.transaction(), out.transaction());
        requireSame("snapshot", in.snapshot(), out.snapshot());
        Row before = image("before", in.beforeRow(), out.before());
        Row after = image("after", in.afterRow(), out.after());
        if (before != null && after != null && keyOf(in.beforeRow()).equals(keyOf(in.afterRow()))) {
            if (!keyOf(before).equals(keyOf(after))) {
                throw refused("it gave the images before and after different keys: %s and %s"
                        .formatted(keyOf(before), keyOf(after)));
            }
        }
        return in.withRows(before, after);
    }

    private static @Nullable Row image(String which, @Nullable Row in, @Nullable Row out) {
        if ((in == null) != (out == null)) {
            throw refused("it %s the image %s".formatted(out == null ? "removed" : "added", which));
        }
        if (in != null && out != null && in != out) {
            requireAbsent(which, in, out);
            requireKey(which, in, out);
        }
        return out;
    }

    private static void requireAbsent(String which, Row in, Row out) {
        Columns columns = in.columns();
        for (int i = 0; i < columns.size(); i++) {
            if (!in.isPresent(i) && out.isPresent(columns.name(i))) {
                throw refused("it made up a value of column '%s' in the image %s, which the database did not send"
                        .formatted(columns.name(i), which));
            }
        }
    }

    /** A key that was whole stays whole; that there is none can be said by columns without one. */
    private static void requireKey(String which, Row in, Row out) {
        if (keyOf(out).isEmpty() || keyOf(in).isEmpty() || missing(in) != null) {
            return;
        }
        String missing = missing(out);
        if (missing != null) {
            throw refused("it left the key %s of the image %s without a value of column '%s'"
                    .formatted(keyOf(out), which, missing));
        }
    }

    private static @Nullable String missing(Row row) {
        for (String column : row.columns().key()) {
            int index = row.columns().indexOf(column);
            if (!row.isPresent(index) || row.isNull(index)) {
                return column;
            }
        }
        return null;
    }

    private static List<String> keyOf(@Nullable Row row) {
        return row == null ? List.of() : row.columns().key();
    }

    private static void requireSame(String what, @Nullable Object in, @Nullable Object out) {
        if (in != out && !Objects.equals(in, out)) {
            throw refused("it returned a change with another %s".formatted(what));
        }
    }

    private static CdcException refused(String what) {
        return new CdcException(
                FailureKind.TERMINAL,
                what,
                "Mend the transform: it may change the images only (ChangeEvent.withRows), must leave keys whole, or take the key from the columns of both images, and must leave absent what is absent.",
                null);
    }
}
