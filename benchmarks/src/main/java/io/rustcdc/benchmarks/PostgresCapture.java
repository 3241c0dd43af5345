package io.rustcdc.benchmarks;

/** {@link Capture} on PostgreSQL, where the naive loop is one over pgjdbc's replication stream. */
public final class PostgresCapture {

    private PostgresCapture() {}

    /** See {@link CaptureOptions#usage}; without arguments the full measurement of about fifteen minutes. */
    public static void main(String[] arguments) throws Exception {
        Capture.main(Database.POSTGRES, arguments);
    }
}
