package io.rustcdc.source.postgres;

import io.rustcdc.source.TableFilter;
import java.time.Duration;

/**
 * What to read, and how.
 *
 * @param tables which tables to capture
 * @param pollInterval the longest idle sleep of the reader
 */
record ReadingOptions(TableFilter tables, Duration pollInterval) {

    static ReadingOptions checked(SettingChecks checks, TableFilter tables, Duration pollInterval) {
        return new ReadingOptions(
                tables,
                checks.within("stream-poll-interval", pollInterval, Duration.ofMillis(1), Duration.ofSeconds(60)));
    }
}
