package io.rustcdc.benchmarks;

import io.rustcdc.test.databases.PostgresDatabase;
import io.rustcdc.test.databases.PostgresServer;

/** The server with the backlogs. */
final class BenchmarkServer implements AutoCloseable {

    private static final String COLUMNS =
            "(id bigint PRIMARY KEY, customer_id integer NOT NULL, status text NOT NULL, amount numeric(12,2) NOT NULL)";

    private final PostgresServer server;
    private final PostgresDatabase database;

    /** Starts it; nothing but the backlogs and the readers makes work there. */
    BenchmarkServer() {
        this.server = PostgresServer.builder()
                .setting("autovacuum", "off")
                .setting("max_wal_size", "8GB")
                .setting("checkpoint_timeout", "1h")
                .start();
        this.database = server.createDatabase();
    }

    /** An empty table and its publication. */
    void createTable(String name) {
        database.sql("CREATE TABLE " + name + " " + COLUMNS, "CREATE PUBLICATION " + name + " FOR TABLE " + name);
    }

    /** Writes a backlog behind its base slot. */
    void write(Workload workload) {
        createTable(workload.name());
        database.sql("SELECT pg_create_logical_replication_slot('%s', 'pgoutput')".formatted(workload.baseSlot()));
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

    /** A new slot at the begin of a backlog. */
    void copySlot(Workload workload, String slot) {
        database.sql("SELECT pg_copy_logical_replication_slot('%s', '%s')".formatted(workload.baseSlot(), slot));
    }

    /** Waits for its reader to be gone and removes it. */
    void dropSlot(String slot) {
        database.sql("""
                DO $$DECLARE pid integer;
                BEGIN
                  SELECT active_pid INTO pid FROM pg_replication_slots WHERE slot_name = '%1$s';
                  IF pid IS NOT NULL THEN PERFORM pg_terminate_backend(pid, 30000); END IF;
                  PERFORM pg_drop_replication_slot('%1$s');
                END$$
                """.formatted(slot));
    }

    Target target(String table, String slot, String directory) {
        return new Target(server.host(), server.port(), database.name(), slot, table, directory);
    }

    String version() {
        return String.valueOf(database.value("SHOW server_version"));
    }

    @Override
    public void close() {
        database.close();
        server.close();
    }
}
