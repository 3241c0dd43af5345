package io.rustcdc.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Asks how much CPU time the server's process behind a slot has used; its connection is opened beforehand. */
final class WalsenderProbe implements AutoCloseable {

    /** The unit of {@code /proc/<pid>/stat}: Linux shows hundredths of a second on all machines that run Java. */
    private static final double TICKS_PER_SECOND = 100;

    private final Connection connection;
    private final PreparedStatement activePid;

    WalsenderProbe(Target target) throws SQLException {
        this.connection = DriverManager.getConnection(target.url(), target.user(), "");
        this.activePid = connection.prepareStatement("SELECT active_pid FROM pg_replication_slots WHERE slot_name = ?");
        activePid.setString(1, target.slot());
    }

    /** Since the process was started, which it was for this stream; NaN where there is no {@code /proc}. */
    double cpuSeconds() {
        try (ResultSet row = activePid.executeQuery()) {
            if (!row.next() || row.getInt(1) == 0) {
                throw new IllegalStateException("No walsender is active on the measured slot");
            }
            String stat = Files.readString(Path.of("/proc/" + row.getInt(1) + "/stat"));
            // The second field is the command in parentheses and may hold spaces.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
        } catch (NoSuchFileException e) {
            return Double.NaN;
        } catch (SQLException | IOException e) {
            throw new IllegalStateException("The walsender's CPU time cannot be read", e);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
