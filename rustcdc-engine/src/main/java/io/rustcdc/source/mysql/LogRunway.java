package io.rustcdc.source.mysql;

import io.rustcdc.event.LogRetention;
import io.rustcdc.event.LogRetention.Safety;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How far a source is from losing its place. The server removes a file when nobody has written to it for
 * {@code binlog_expire_logs_seconds}, or when all files are larger than a limit; never the one it writes to. It tells the age of no
 * file. So the age is that of what was read last, which is not younger than the end of its file; where that is not known, the time
 * since the file was first seen to be followed by another.
 *
 * <p>A place is ENDANGERED when its file is not the newest and has reached 80% of either limit, and LOST when the file is gone and
 * with it transactions that were not read. For one thread.
 */
final class LogRunway {

    private static final double DANGER = 0.8;

    private final MySqlOptions options;
    private final PositionLost lost;
    private @Nullable String behind;
    private Instant behindSince = Instant.MIN;

    LogRunway(MySqlOptions options, PositionLost lost) {
        this.options = options;
        this.lost = lost;
    }

    /**
     * One look.
     *
     * @param unread bytes of log behind the place
     * @param safe bytes until the limit of sizes; null without one
     * @param runway time until the file may be removed for its age; null for the newest, which never is, and without such a limit
     */
    record Measured(
            MySqlOptions options,
            long unread,
            @Nullable Long safe,
            @Nullable Duration runway,
            boolean endangered) {

        LogRetention log(boolean read, Instant now) {
            return new LogRetention(
                    unread,
                    unread,
                    safe,
                    runway,
                    endangered ? "expiring" : "kept",
                    endangered ? Safety.ENDANGERED : Safety.SAFE,
                    read,
                    now,
                    "Let the source catch up: look at its state and its listeners. Until it has, keep the files for longer: SET GLOBAL binlog_expire_logs_seconds = 2592000;%s and let no script run PURGE BINARY LOGS. A source whose log was removed must be reset"
                            .formatted(
                                    safe == null
                                            ? ""
                                            : " raise "
                                                    + (options.flavor() == Flavor.MARIADB
                                                            ? "max_binlog_total_size"
                                                            : "binlog_space_limit")
                                                    + ";"));
        }
    }

    Measured measure(LogReach reach, BinlogFiles files, ServerFacts server, Instant now) {
        BinlogPosition position = reach.offset().position();
        if (position == null || files.find(position.file()) == null) {
            position = files.start(); // all before it was read
        }
        long unread = files.bytesBehind(position);
        Long limit = server.logSizeLimit();
        long kept = files.bytesBehind(position.at(BinlogPosition.FIRST));
        boolean newest = position.file().equals(files.newest().name());
        Duration age = age(reach, position.file(), newest, now);
        Duration expiry = server.logExpiry();
        boolean old = isOld(age, expiry);
        boolean large = limit != null && kept >= limit * DANGER;
        return new Measured(
                options,
                unread,
                limit == null ? null : Math.max(0, limit - kept),
                newest || expiry == null ? null : left(expiry.minus(age)),
                !newest && (old || large));
    }

    /** The file is gone, and what was in it. */
    LogRetention lost(MySqlOffset offset, BinlogFiles files, boolean read, Instant now) {
        BinlogPosition position = offset.position();
        boolean purged = position != null && files.isPurged(position.file());
        String remedy = (purged ? lost.filePurged(offset, files) : lost.fileUnknown(offset, files)).action();
        return new LogRetention(
                files.bytesBehind(files.start()),
                0,
                null,
                null,
                "purged",
                Safety.LOST,
                read,
                now,
                String.valueOf(remedy));
    }

    private Duration age(LogReach reach, String file, boolean newest, Instant now) {
        if (newest) {
            behind = null;
            return Duration.ZERO;
        }
        if (!file.equals(behind)) {
            behind = file;
            behindSince = now;
        }
        Instant written = reach.written();
        return Duration.between(written != null && written.isBefore(behindSince) ? written : behindSince, now);
    }

    private static Duration left(Duration time) {
        return time.isNegative() ? Duration.ZERO : time;
    }

    private static boolean isOld(Duration age, @Nullable Duration expiry) {
        return expiry != null && age.toSeconds() >= expiry.toSeconds() * DANGER;
    }
}
