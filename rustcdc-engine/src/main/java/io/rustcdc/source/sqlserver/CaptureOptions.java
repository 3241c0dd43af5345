package io.rustcdc.source.sqlserver;

import io.rustcdc.source.TableFilter;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/**
 * What is captured, and how the server does it.
 *
 * @param database whose tables are captured
 * @param tables which of them
 * @param cdcSchema the schema of the change tables
 * @param features what is demanded of the database
 * @param serverTimeZone the time zone of the server's clock; null when only its present distance from UTC is known
 */
record CaptureOptions(
        String database,
        TableFilter tables,
        String cdcSchema,
        Features features,
        @Nullable ZoneId serverTimeZone) {

    /**
     * What is demanded of the database.
     *
     * @param cdcEnabled whether a database that does not say that it has change data capture is refused
     * @param truncateEvents whether the DDL trigger has to be there
     */
    record Features(boolean cdcEnabled, boolean truncateEvents) {}
}
