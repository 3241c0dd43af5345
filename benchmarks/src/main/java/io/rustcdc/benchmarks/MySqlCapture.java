package io.rustcdc.benchmarks;

/** {@link Capture} on MySQL or MariaDB, where the naive loop is mysql-binlog-connector-java's client. */
public final class MySqlCapture {

    private MySqlCapture() {}

    /** See {@link CaptureOptions#usage}; without arguments the full measurement of about ten minutes. */
    public static void main(String[] arguments) throws Exception {
        Capture.main(Database.MYSQL, arguments);
    }
}
