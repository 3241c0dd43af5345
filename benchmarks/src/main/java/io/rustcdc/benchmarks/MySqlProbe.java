package io.rustcdc.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** {@link ServerProbe} of MySQL and MariaDB: one process, in which nobody but the reader makes work. */
final class MySqlProbe implements ServerProbe {

    private final long pid;
    private final double cpuAtBegin;

    MySqlProbe(Target target) throws SQLException {
        this.pid = pid(target);
        this.cpuAtBegin = cpuSeconds();
    }

    /** Since the making, with what the reader asked before it got the changes. */
    @Override
    public double senderCpuSeconds() {
        return cpuSeconds() - cpuAtBegin;
    }

    @Override
    public double cpuSeconds() {
        return ProcFiles.cpuSeconds(pid);
    }

    @Override
    public void close() {}

    private static long pid(Target target) throws SQLException {
        try (Connection connection = target.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT @@datadir, @@pid_file")) {
            row.next();
            Path file = Path.of(row.getString(1)).resolve(row.getString(2));
            return Long.parseLong(Files.readString(file).strip());
        } catch (IOException e) {
            throw new UncheckedIOException("The server does not run on this machine", e);
        }
    }
}
