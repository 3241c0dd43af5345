package io.rustcdc.benchmarks;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** {@link ServerProbe} of PostgreSQL: a process for each connection, all children of one. */
final class PostgresProbe implements ServerProbe {

    private final Connection connection;
    private final PreparedStatement activePid;
    private final ProcessHandle postmaster;

    PostgresProbe(PostgresTarget target) throws SQLException {
        this.connection = target.connect();
        this.activePid = connection.prepareStatement("SELECT active_pid FROM pg_replication_slots WHERE slot_name = ?");
        activePid.setString(1, target.slot());
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
            row.next();
            this.postmaster = ProcessHandle.of(row.getLong(1))
                    .flatMap(ProcessHandle::parent)
                    .orElseThrow(() -> new IllegalStateException("The server does not run on this machine"));
        }
    }

    /** Of the process that feeds the slot's reader, since it was started, which it was for this reader. */
    @Override
    public double senderCpuSeconds() {
        try (ResultSet row = activePid.executeQuery()) {
            if (!row.next() || row.getInt(1) == 0) {
                throw new IllegalStateException("No walsender is active on the measured slot");
            }
            return ProcFiles.cpuSeconds(row.getLong(1));
        } catch (SQLException e) {
            throw new IllegalStateException("The walsender's process is unknown", e);
        }
    }

    @Override
    public double cpuSeconds() {
        return postmaster
                .descendants()
                .mapToDouble(process -> ProcFiles.cpuSeconds(process.pid()))
                .sum();
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
