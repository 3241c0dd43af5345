package io.rustcdc.source.postgres;

import io.rustcdc.source.TableFilter;
import io.rustcdc.source.internal.SettingChecks;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What to read, and how.
 *
 * @param tables which tables to capture
 * @param pollInterval the longest idle sleep of the reader
 * @param silenceTimeout how long the server may be silent; null for what follows from the server's own patience
 */
record ReadingOptions(
        TableFilter tables, Duration pollInterval, @Nullable Duration silenceTimeout) {

    static ReadingOptions checked(
            SettingChecks checks, TableFilter tables, Duration pollInterval, @Nullable Duration silenceTimeout) {
        if (silenceTimeout != null) {
            checks.within("silence-timeout", silenceTimeout, Duration.ofSeconds(2), Duration.ofHours(1));
        }
        return new ReadingOptions(
                tables,
                checks.within("stream-poll-interval", pollInterval, Duration.ofMillis(1), Duration.ofSeconds(60)),
                silenceTimeout);
    }
}
