package io.rustcdc.source.mysql;

import io.rustcdc.event.FailureKind;
import io.rustcdc.source.SourceException;
import java.sql.SQLException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the server means by error 1236, under which it says all that keeps it from sending the binlog. It has only words for it, which
 * it does not translate.
 */
record DumpErrors(MySqlOptions options, PositionLost lost) {

    private static final Pattern PURGED = Pattern.compile(
            "purged required binary logs|Could not find GTID state requested by slave|Could not find first log file name");

    private static final Pattern UNKNOWN =
            Pattern.compile("has more GTIDs than|is not in the master's binlog|is missing the GTID");

    private static final Pattern NO_PLACE = Pattern.compile(
            "impossible position|position > file size|position < 4|bogus data in log event|truncated in the middle");

    private static final Pattern TRANSIENT = Pattern.compile(
            "could not find next log|memory allocation failed|GTID_MODE = |Could not open log file|error reading log|I/O error");

    private static final Pattern TOO_LARGE = Pattern.compile(
            "exceeded max_allowed_packet(?:.*first event '(.+?)' at (\\d+), the last event read from '(.+?)' at (\\d+))?",
            Pattern.DOTALL);

    /** @param position where the stream began or is */
    SourceException of(SQLException e, @Nullable BinlogPosition position) {
        String text = MySqlErrors.text(e);
        if (PURGED.matcher(text).find() || UNKNOWN.matcher(text).find()) {
            return lost.refused(text, e);
        }
        if (NO_PLACE.matcher(text).find()) {
            return lost.noPlace(position, text, e);
        }
        Matcher tooLarge = TOO_LARGE.matcher(text);
        if (tooLarge.find()) {
            return readAtTheStart(tooLarge) ? lost.noPlace(position, text, e) : tooLarge(text, e);
        }
        if (text.contains("inary log is not open")) {
            return MySqlErrors.configuration(message(text), Remedies.log().text(), e);
        }
        if (TRANSIENT.matcher(text).find()) {
            return SourceException.transientFailure(message(text), e);
        }
        return new SourceException(
                FailureKind.TERMINAL,
                message(text),
                "Look at the server's error log and its binlog files, then start again",
                e);
    }

    /** The very first thing at a place that is inside of an event looks like an event of any size. */
    private static boolean readAtTheStart(Matcher text) {
        return text.group(1) != null
                && text.group(1).equals(text.group(3))
                && text.group(2).equals(text.group(4));
    }

    private SourceException tooLarge(String text, SQLException e) {
        return new SourceException(
                FailureKind.TERMINAL,
                message(text),
                "One event is larger than the server may send: SET GLOBAL max_allowed_packet = 1073741824; and set it in its my.cnf. Then start the source again",
                e);
    }

    private String message(String text) {
        return "%s cannot send its binlog: %s".formatted(options.target(), text);
    }
}
