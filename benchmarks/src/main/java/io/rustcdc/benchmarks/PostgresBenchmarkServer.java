package io.rustcdc.benchmarks;

import io.rustcdc.test.databases.PostgresDatabase;
import io.rustcdc.test.databases.PostgresServer;
import java.io.IOException;
import java.nio.file.Path;

/** {@link BenchmarkServer} on PostgreSQL: each table is published by itself, so nothing of another one is sent to its readers. */
final class PostgresBenchmarkServer implements BenchmarkServer {

    private static final String COLUMNS =
            "(id bigint PRIMARY KEY, customer_id integer NOT NULL, status text NOT NULL, amount numeric(12,2) NOT NULL)";

    /** Leaves room below for what a steady load writes. */
    static final long FIRST_ROW = 1_000_000_000;

    private final PostgresServer server;
    private final PostgresDatabase database;
    private final RunFolders folders = new RunFolders();

    PostgresBenchmarkServer() throws IOException {
        this.server = PostgresServer.builder()
                .setting("autovacuum", "off")
                .setting("max_wal_size", "8GB")
                .setting("checkpoint_timeout", "1h")
                .start();
        this.database = server.createDatabase();
    }

    @Override
    public String product() {
        return Database.POSTGRES.product() + " " + database.value("SHOW server_version");
    }

    /** An empty table and its publication. */
    @Override
    public void createTable(String name) {
        database.sql("CREATE TABLE " + name + " " + COLUMNS, "CREATE PUBLICATION " + name + " FOR TABLE " + name);
    }

    @Override
    public void write(Iterable<Workload> workloads) {
        workloads.forEach(this::write);
    }

    /** Writes a backlog behind its base slot. */
    private void write(Workload workload) {
        createTable(workload.name());
        createSlot(baseSlot(workload));
        database.sql("SET synchronous_commit = off", """
                DO $$BEGIN
                  FOR begin_id IN 0..%1$d BY %2$d LOOP
                    INSERT INTO %3$s
                      SELECT id, id %% 1000, 'PENDING', (id %% 10000) / 100.0
                      FROM generate_series(begin_id, least(begin_id + %2$d, %4$d) - 1) AS id;
                    COMMIT;
                  END LOOP;
                END$$
                """.formatted(
                        workload.rows() - 1, workload.rowsPerTransaction(), workload.name(), workload.rows()));
        // Leaves nothing to be done later, while somebody measures.
        database.sql("VACUUM ANALYZE " + workload.name(), "CHECKPOINT");
    }

    /**
     * A table that holds rows with ids from {@link #FIRST_ROW} on.
     */
    void createRows(String table, long rows) {
        createTable(table);
        database.sql(
                "SET synchronous_commit = off",
                "INSERT INTO %s SELECT %d + id, id %% 1000, 'PENDING', (id %% 10000) / 100.0 FROM generate_series(0, %d) AS id"
                        .formatted(table, FIRST_ROW, rows - 1),
                "VACUUM (FREEZE, ANALYZE) " + table,
                "CHECKPOINT");
    }

    /** Removes what the steady load wrote beside the rows. */
    void removeOthers(String table) {
        database.sql("DELETE FROM %s WHERE id < %d".formatted(table, FIRST_ROW));
    }

    void createSlot(String slot) {
        database.sql("SELECT pg_create_logical_replication_slot('%s', 'pgoutput')".formatted(slot));
    }

    @Override
    public Target backlog(Workload workload) throws IOException {
        PostgresTarget target = target(workload.name());
        database.sql(
                "SELECT pg_copy_logical_replication_slot('%s', '%s')".formatted(baseSlot(workload), target.slot()));
        return target;
    }

    /** The reader makes the slot, which stands at the end then. */
    @Override
    public Target end(String table) throws IOException {
        return target(table);
    }

    /** Removes the slot. */
    @Override
    public void forget(Target target) {
        dropSlot(((PostgresTarget) target).slot());
    }

    private void dropSlot(String slot) {
        database.sql("""
                DO $$DECLARE pid integer;
                BEGIN
                  SELECT active_pid INTO pid FROM pg_replication_slots WHERE slot_name = '%1$s';
                  IF pid IS NOT NULL THEN PERFORM pg_terminate_backend(pid, 30000); END IF;
                  PERFORM pg_drop_replication_slot('%1$s');
                END$$
                """.formatted(slot));
    }

    /** A table to read by a new slot's name, with checkpoints in a new folder. */
    PostgresTarget target(String table) throws IOException {
        Path checkpoints = folders.next();
        String slot = checkpoints.getFileName().toString();
        return new PostgresTarget(server.host(), server.port(), database.name(), slot, table, checkpoints.toString());
    }

    /** The slot that stands before the first row and is copied for each run. */
    private static String baseSlot(Workload workload) {
        return workload.name() + "_base";
    }

    @Override
    public void close() {
        database.close();
        server.close();
        folders.close();
    }
}
