package io.rustcdc.source.sqlserver;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A job of change data capture, as it is set.
 *
 * @param transactions most of one scan of the log
 * @param scans most between two pauses
 * @param continuous whether it goes on by itself
 * @param pause seconds
 */
record CaptureJob(String type, long transactions, long scans, boolean continuous, long pause, long retentionMinutes) {

    static final String CAPTURE = "capture";
    static final String CLEANUP = "cleanup";

    /** With the settings that the server gives a new job: 500 x 10 each 5 s. */
    private static final long DEFAULT_MOST_PER_SECOND = 1000;

    /** How many transactions the capture job writes in a second at most; null when its pauses do not limit it. */
    @Nullable
    Long mostPerSecond() {
        return continuous && pause > 0 ? transactions * scans / pause : null;
    }

    /** Whether it was set to less than a new job lets through. */
    boolean isHeldBack() {
        Long most = mostPerSecond();
        return most != null && most < DEFAULT_MOST_PER_SECOND;
    }

    /** By type; none where the user must not see them. */
    static Map<String, CaptureJob> read(Connection connection) throws SQLException {
        Map<String, CaptureJob> jobs = new LinkedHashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(SqlServerSql.JOBS)) {
            while (row.next()) {
                CaptureJob job = new CaptureJob(
                        String.valueOf(row.getString("job_type")).strip(),
                        row.getLong("maxtrans"),
                        row.getLong("maxscans"),
                        row.getBoolean("is_continuous"),
                        row.getLong("pollinginterval"),
                        row.getLong("retention"));
                jobs.put(job.type(), job);
            }
        } catch (SQLException e) {
            if (!SqlServerErrors.isMissingRight(e)) {
                throw e;
            }
        }
        return jobs;
    }
}
