package io.rustcdc.event;

/** A column was read that the source did not send. It is not NULL: its value is unknown here. */
public final class AbsentColumnException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public AbsentColumnException(String column) {
        super(
                "Column '%s' is absent: the source did not send it with this change (it is not NULL). Ask isPresent first, or make the table send it (PostgreSQL: an unchanged TOAST value is only sent in a before image with REPLICA IDENTITY FULL; MySQL: binlog_row_image=FULL)"
                        .formatted(column));
    }
}
