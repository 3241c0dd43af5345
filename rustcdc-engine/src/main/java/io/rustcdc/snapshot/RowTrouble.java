package io.rustcdc.snapshot;

import io.rustcdc.event.CdcException;
import io.rustcdc.event.TableId;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Rows are not read, for so long that somebody should know.
 *
 * @param table whose; null when it is not about a single one
 * @param age for how long
 * @param failure what the last try failed with; null when the database has just not answered
 */
public record RowTrouble(
        @Nullable TableId table, Duration age, @Nullable CdcException failure) {}
