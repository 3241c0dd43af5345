package io.rustcdc.source.postgres;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Which cluster this is and how far its log goes (manual 55.4, IDENTIFY_SYSTEM).
 *
 * @param systemId unique for each cluster, kept by its standbys
 * @param timeline raised by each promotion
 * @param walEnd where the log ends that is flushed to disk
 */
record ServerIdentity(String systemId, int timeline, long walEnd) {

    /**
     * @param connection a replication connection
     */
    static ServerIdentity of(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("IDENTIFY_SYSTEM")) {
            row.next();
            return new ServerIdentity(
                    row.getString("systemid"),
                    row.getInt("timeline"),
                    Lsn.parse(row.getString("xlogpos")).value());
        }
    }

    /**
     * Where the log of an earlier timeline was left for the ones that led here; empty when it is not an ancestor.
     *
     * @param connection a replication connection
     */
    OptionalLong leftAt(int earlier, Connection connection) throws SQLException {
        if (timeline == 1) {
            return OptionalLong.empty(); // the first one has no history
        }
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("TIMELINE_HISTORY " + timeline)) {
            row.next();
            byte @Nullable [] content = row.getBytes("content");
            return content == null ? OptionalLong.empty() : switchPoint(earlier, content);
        }
    }

    /** Each line: the timeline, where it was left, why; lines that begin with # are comments. */
    private static OptionalLong switchPoint(int timeline, byte[] history) {
        return new String(history, StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.strip().split("\\s+", 3))
                .filter(parts -> parts.length >= 2 && parts[0].equals(Integer.toString(timeline)))
                .mapToLong(parts -> Lsn.parse(parts[1]).value())
                .findFirst();
    }
}
