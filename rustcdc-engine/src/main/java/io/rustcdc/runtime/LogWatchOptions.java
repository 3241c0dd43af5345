package io.rustcdc.runtime;

import java.time.Duration;

/**
 * When the log that a server keeps for a source is too much.
 *
 * @param warnBytes from which size on a warning is given; 0 for never
 * @param downBytes from which size on the source counts as stalled, so that its health is DOWN; 0 for never
 * @param interval between two looks at the server
 */
public record LogWatchOptions(long warnBytes, long downBytes, Duration interval) {

    private static final Duration INTERVAL = Duration.ofSeconds(15);

    public LogWatchOptions {
        require(warnBytes >= 0, "retained-log.warn", "0 bytes or more", warnBytes);
        require(downBytes >= 0, "retained-log.down", "0 bytes or more", downBytes);
        require(interval.toMillis() >= 1, "interval", "at least 1 ms", interval);
    }

    public static LogWatchOptions ofDefaults() {
        return of(1L << 30, 0);
    }

    public static LogWatchOptions of(long warnBytes, long downBytes) {
        return new LogWatchOptions(warnBytes, downBytes, INTERVAL);
    }

    public LogWatchOptions withInterval(Duration time) {
        return new LogWatchOptions(warnBytes, downBytes, time);
    }

    private static void require(boolean holds, String key, String expected, Object found) {
        if (!holds) {
            throw new IllegalArgumentException("'%s' must be %s, found %s".formatted(key, expected, found));
        }
    }
}
