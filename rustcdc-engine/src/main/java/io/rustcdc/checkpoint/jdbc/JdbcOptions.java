package io.rustcdc.checkpoint.jdbc;

import java.time.Duration;
import java.util.regex.Pattern;

/**
 * How checkpoints are kept in a database.
 *
 * @param tablePrefix what the names of the tables begin with, perhaps with a schema: {@code rustcdc_} or {@code cdc.rustcdc_}.
 *     Applications that have sources of equal names and share a database need prefixes of their own, else one waits for the
 *     other
 * @param leaseDuration how long an instance may give no sign of life before another one takes over; at least 1 s
 */
public record JdbcOptions(String tablePrefix, Duration leaseDuration) {

    public static final String DEFAULT_TABLE_PREFIX = "rustcdc_";
    public static final Duration DEFAULT_LEASE_DURATION = Duration.ofSeconds(10);

    private static final Pattern PREFIX =
            Pattern.compile("([A-Za-z_][A-Za-z0-9_]{0,62}\\.)?[A-Za-z_][A-Za-z0-9_]{0,39}");
    private static final Duration SHORTEST_LEASE = Duration.ofSeconds(1);

    public JdbcOptions {
        if (!PREFIX.matcher(tablePrefix).matches()) {
            throw new IllegalArgumentException(
                    "The prefix of the tables is '%s'; expected are up to 40 letters, digits and _ such as 'rustcdc_', with a schema and a dot before it or without"
                            .formatted(tablePrefix));
        }
        if (leaseDuration.compareTo(SHORTEST_LEASE) < 0) {
            throw new IllegalArgumentException("The lease lasts %d ms; expected is at least 1 s, and 10 s is usual"
                    .formatted(leaseDuration.toMillis()));
        }
    }

    public static JdbcOptions ofDefaults() {
        return new JdbcOptions(DEFAULT_TABLE_PREFIX, DEFAULT_LEASE_DURATION);
    }

    String checkpointTable() {
        return tablePrefix + "checkpoint";
    }

    String archiveTable() {
        return tablePrefix + "checkpoint_archive";
    }

    String deadLetterTable() {
        return tablePrefix + "dead_letter";
    }

    String leaseTable() {
        return tablePrefix + "lease";
    }
}
