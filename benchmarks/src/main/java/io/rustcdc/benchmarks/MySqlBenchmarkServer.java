package io.rustcdc.benchmarks;

import io.rustcdc.checkpoint.Checkpoint;
import io.rustcdc.checkpoint.FileCheckpointStore;
import io.rustcdc.source.SourceConnector;
import io.rustcdc.source.mysql.Flavor;
import io.rustcdc.test.databases.BinlogStatus;
import io.rustcdc.test.databases.MySqlDatabase;
import io.rustcdc.test.databases.MySqlServer;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** {@link BenchmarkServer} on MySQL or MariaDB: all tables are in one binlog. */
final class MySqlBenchmarkServer implements BenchmarkServer {

    private static final String COLUMNS =
            "(id bigint PRIMARY KEY, customer_id int NOT NULL, status varchar(20) NOT NULL, amount decimal(12,2) NOT NULL)";

    /** Characters of SQL that are sent at once, or a little more. */
    private static final int MUCH = 50_000;

    private final MySqlServer server;
    private final MySqlDatabase database;
    private final RunFolders folders = new RunFolders();
    private final Map<String, BinlogStatus> begins = new HashMap<>();
    private long lastServerId = 1_000_000;

    MySqlBenchmarkServer(Flavor flavor) throws IOException {
        this.server = MySqlServer.builder(flavor)
                .options("innodb-buffer-pool-size=512M", redoLog(flavor, "1G"))
                .start();
        this.database = server.createDatabase();
    }

    @Override
    public String product() {
        return server.flavor().product() + " " + database.value("SELECT VERSION()");
    }

    @Override
    public void createTable(String name) {
        database.sql("CREATE TABLE " + name + " " + COLUMNS);
    }

    @Override
    public void write(Iterable<Workload> workloads) {
        database.sql("SET GLOBAL sync_binlog = 0", "SET GLOBAL innodb_flush_log_at_trx_commit = 0");
        for (Workload workload : workloads) {
            createTable(workload.name());
            begins.put(workload.name(), server.binlogStatus());
            write(workload);
        }
        // Leaves nothing to be done later, while somebody measures; commits are durable again.
        server.restart();
    }

    /** One statement for each transaction; several in one text. */
    private void write(Workload workload) {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            String insert = "INSERT INTO " + workload.name() + " VALUES ";
            StringBuilder sql = new StringBuilder();
            for (long id = 0; id < workload.rows(); id++) {
                boolean begin = id % workload.rowsPerTransaction() == 0;
                if (begin && sql.length() > MUCH) {
                    statement.execute(sql.toString());
                    sql.setLength(0);
                }
                if (begin) {
                    sql.append(sql.isEmpty() ? "" : ";").append(insert);
                } else {
                    sql.append(',');
                }
                sql.append('(').append(id).append(',').append(id % 1000);
                sql.append(",'PENDING',").append(id % 10_000 / 100.0).append(')');
            }
            statement.execute(sql.toString());
        } catch (SQLException e) {
            throw new IllegalStateException("The backlog '%s' was not written".formatted(workload.name()), e);
        }
    }

    /** With a checkpoint before the first row; the loop without one takes the position from the target. */
    @Override
    public Target backlog(Workload workload) throws IOException {
        BinlogStatus begin = Objects.requireNonNull(begins.get(workload.name()));
        MySqlTarget target = target(workload.name(), begin);
        SourceConnector connector = target.connector();
        FileCheckpointStore store =
                new FileCheckpointStore(Path.of(target.directory()), connector.source(), connector.offsets());
        store.acquire();
        store.save(new Checkpoint(connector.offsets().parse(fields(begin)), 0));
        store.release();
        return target;
    }

    private static Map<String, Object> fields(BinlogStatus position) {
        return Map.of("gtid", position.gtids(), "binlog_file", position.file(), "binlog_pos", position.position());
    }

    @Override
    public Target end(String table) throws IOException {
        return target(table, server.binlogStatus());
    }

    private MySqlTarget target(String table, BinlogStatus begin) throws IOException {
        return new MySqlTarget(
                server.flavor(),
                server.port(),
                database.name(),
                table,
                begin,
                ++lastServerId,
                folders.next().toString());
    }

    /** Nothing is kept, but who sends to a reader notices only when it sends that the reader is gone. */
    @Override
    public void forget(Target target) {
        for (List<?> session :
                database.query("SELECT id FROM information_schema.processlist WHERE command LIKE 'Binlog Dump%'")) {
            try {
                database.sql("KILL " + session.get(0));
            } catch (IllegalStateException e) {
                // It noticed meanwhile.
            }
        }
    }

    @Override
    public void close() {
        server.close();
        folders.close();
    }

    private static String redoLog(Flavor flavor, String size) {
        return (flavor == Flavor.MYSQL ? "innodb-redo-log-capacity=" : "innodb-log-file-size=") + size;
    }
}
