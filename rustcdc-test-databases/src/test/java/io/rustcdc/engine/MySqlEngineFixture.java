package io.rustcdc.engine;

import static org.awaitility.Awaitility.await;

import io.rustcdc.CdcEngine;
import io.rustcdc.checkpoint.CheckpointStore;
import io.rustcdc.checkpoint.FileCheckpointStore;
import io.rustcdc.delivery.ChangeHandler;
import io.rustcdc.delivery.Subscription;
import io.rustcdc.event.Operation;
import io.rustcdc.runtime.EngineOptions;
import io.rustcdc.source.Credentials;
import io.rustcdc.source.SourceConnector;
import io.rustcdc.source.TableFilter;
import io.rustcdc.source.Transport;
import io.rustcdc.source.mysql.MySqlConnector;
import io.rustcdc.source.mysql.MySqlOptions;
import io.rustcdc.test.databases.MySqlDatabase;
import io.rustcdc.test.databases.MySqlServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** Engines over a database of a real MySQL or MariaDB server, with checkpoints in files. */
abstract class MySqlEngineFixture {

    private static final AtomicInteger serverIds = new AtomicInteger(60_000);
    private static final int BYTES_OF_A_STATEMENT = 4_000_000;

    @TempDir
    Path directory;

    BinlogMode mode;
    MySqlDatabase database;
    final long serverId = serverIds.incrementAndGet();
    final List<String> delivered = new CopyOnWriteArrayList<>();
    private final List<CdcEngine> engines = new ArrayList<>();

    /** Uses the server that all tests share; each test begins with this, or with the other. */
    void use(BinlogMode mode) {
        use(mode, MySqlServer.shared(mode.flavor()));
    }

    void use(BinlogMode mode, MySqlServer server) {
        this.mode = mode;
        database = server.createDatabase();
        database.sql("CREATE TABLE orders (id bigint PRIMARY KEY, note mediumtext)");
    }

    @AfterEach
    void stopEverything() {
        engines.forEach(CdcEngine::stop);
        if (database != null) {
            dropDatabase();
        }
    }

    /** For tests that leave no server behind. */
    void dropDatabase() {
        database.close();
    }

    MySqlServer server() {
        return database.server();
    }

    MySqlOptions.Builder options(int port) {
        return MySqlOptions.builder(mode.flavor(), "shop")
                .host("127.0.0.1")
                .port(port)
                .database(database.name())
                .credentials(() -> new Credentials(MySqlServer.SUPERUSER, null))
                .serverId(serverId)
                .gtidModeEnabled(mode.gtids())
                .tables(TableFilter.of("orders"))
                .connTimeout(Duration.ofSeconds(10))
                .transport(Transport.plaintext());
    }

    MySqlConnector connector(int port) {
        return new MySqlConnector(options(port).build());
    }

    CheckpointStore store(SourceConnector connector) {
        return new FileCheckpointStore(directory, connector.source(), connector.offsets());
    }

    CdcEngine engine(SourceConnector connector, CheckpointStore store, EngineOptions options, ChangeHandler handler) {
        CdcEngine engine = CdcEngine.builder(connector)
                .checkpointStore(store)
                .options(options)
                .subscribe(new Subscription(
                        "test", TableFilter.all(), EnumSet.allOf(Operation.class), Subscription.AckMode.AUTO, handler))
                .build();
        engines.add(engine);
        return engine;
    }

    /** An engine that takes down what it gets. */
    CdcEngine engine(int port, EngineOptions options) {
        SourceConnector connector = connector(port);
        return engine(
                connector,
                store(connector),
                options,
                (event, acknowledgment) -> delivered.add(EngineFixture.describe(event)));
    }

    /** The same, of changes only. */
    CdcEngine engine() {
        return engine(server().port(), EngineFixture.changesOnly());
    }

    void insert(int from, int to) {
        insert(from, to, "n");
    }

    /** Rows with these ids, in one transaction. */
    void insert(int from, int to, String note) {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            int rows = BYTES_OF_A_STATEMENT / (note.length() + 20);
            for (long first = from; first <= to; first += rows) {
                statement.execute(LongStream.rangeClosed(first, Math.min(to, first + rows - 1))
                        .mapToObj(id -> "(" + id + ",'" + note + "')")
                        .collect(Collectors.joining(",", "INSERT INTO orders (id, note) VALUES ", "")));
            }
            connection.commit();
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot insert rows", e);
        }
    }

    /** Ends the sessions that send the binlog to this test; returns how many there were. */
    int killReaders() {
        int killed = 0;
        for (String id : readers()) {
            try {
                database.sql("KILL " + id);
                killed++;
            } catch (IllegalStateException e) {
                // It ended by itself meanwhile.
            }
        }
        return killed;
    }

    /** The sessions that send the binlog to this test; those of an earlier one may still have to notice their end. */
    List<String> readers() {
        return database
                .query(
                        "SELECT id FROM information_schema.processlist WHERE command LIKE 'Binlog Dump%%' AND db = '%s' ORDER BY id"
                                .formatted(database.name()))
                .stream()
                .map(row -> String.valueOf(row.get(0)))
                .toList();
    }

    void awaitDelivered(int count) {
        await().atMost(Duration.ofSeconds(60)).until(() -> delivered.size() >= count);
    }
}
