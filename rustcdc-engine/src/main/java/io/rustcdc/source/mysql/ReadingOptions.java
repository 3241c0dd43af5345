package io.rustcdc.source.mysql;

import io.rustcdc.source.TableFilter;
import io.rustcdc.source.internal.SettingChecks;
import java.time.Duration;

/**
 * What to read, and how.
 *
 * @param tables which tables to capture, as configured
 * @param pollInterval the longest idle sleep of the reader
 * @param silenceTimeout how long the server may be silent
 */
record ReadingOptions(TableFilter tables, Duration pollInterval, Duration silenceTimeout) {

    static ReadingOptions checked(
            SettingChecks checks, TableFilter tables, Duration pollInterval, Duration silenceTimeout) {
        return new ReadingOptions(
                tables,
                checks.within("stream-poll-interval", pollInterval, Duration.ofMillis(1), Duration.ofSeconds(60)),
                checks.within("silence-timeout", silenceTimeout, Duration.ofSeconds(2), Duration.ofHours(1)));
    }
}
