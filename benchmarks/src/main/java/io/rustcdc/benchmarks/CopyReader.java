package io.rustcdc.benchmarks;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/** The least that reading rows can cost: {@code COPY ... TO STDOUT} through pgjdbc, its lines counted and thrown away. */
final class CopyReader implements BacklogReader {

    private final Target target;
    private @Nullable Connection connection;

    CopyReader(Target target) {
        this.target = target;
    }

    @Override
    public void read(Measurement measurement) throws SQLException {
        measurement.begin();
        Connection opened = target.connect();
        connection = opened;
        CopyOut copy =
                opened.unwrap(PGConnection.class).getCopyAPI().copyOut("COPY %s TO STDOUT".formatted(target.table()));
        while (copy.readFromCopy() != null) {
            measurement.row();
        }
    }

    @Override
    public void close() throws SQLException {
        if (connection != null) {
            connection.close();
        }
    }
}
