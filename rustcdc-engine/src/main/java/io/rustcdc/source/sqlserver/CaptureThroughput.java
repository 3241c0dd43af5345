package io.rustcdc.source.sqlserver;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Says at a start what the settings of the capture job let through: no source can be faster than that, and nobody notices before the
 * job is behind. Says it once, and again when it has changed. Thread-safe.
 */
final class CaptureThroughput {

    private static final Logger logger = LoggerFactory.getLogger(CaptureThroughput.class);

    private final SqlServerOptions options;
    private final AtomicReference<@Nullable CaptureJob> told = new AtomicReference<>();

    CaptureThroughput(SqlServerOptions options) {
        this.options = options;
    }

    /** Where the user must not see the jobs, nothing is said. */
    void tell(Connection connection) throws SQLException {
        CaptureJob job = CaptureJob.read(connection).get(CaptureJob.CAPTURE);
        if (job == null || job.equals(told.getAndSet(job))) {
            return;
        }
        Long most = job.mostPerSecond();
        if (!job.continuous()) {
            logger.warn(
                    "Source '{}': the capture job of database '{}' does not run continuously, so changes come only when something starts it. {}",
                    options.sourceName(),
                    options.database(),
                    Remedies.captureContinuously().text());
        } else if (most != null) {
            logger.atLevel(job.isHeldBack() ? Level.WARN : Level.INFO)
                    .log(
                            "Source '{}': the capture job of database '{}' writes at most {} transactions in a second (maxtrans {} x maxscans {} / pollinginterval {} s), and a change may wait {} s for it. Where that is not enough: {}",
                            options.sourceName(),
                            options.database(),
                            most,
                            job.transactions(),
                            job.scans(),
                            job.pause(),
                            job.pause(),
                            Remedies.raiseCapture().text());
        }
    }
}
