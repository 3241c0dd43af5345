package io.rustcdc.test.databases.sqlserver;

import io.rustcdc.source.sqlserver.SqlServerConnections;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.h2.tools.Server;
import org.jspecify.annotations.Nullable;

/**
 * A stand-in for SQL Server where none can run: H2, in its mode for T-SQL, with the objects of change data capture emulated. It
 * runs the statements of the source, so that windows, pages, restarts and failures are real; that SQL Server takes these
 * statements, and behaves so, only the containers can show.
 *
 * <p>Writes to the tables go through {@link #sql} and {@link #transaction}, since H2's log is not read: a trigger keeps one. Ends with {@link #close()}. Thread-safe.
 */
public final class SqlServerStandIn implements SqlServerDatabase {

    private static final AtomicInteger databases = new AtomicInteger();
    private static final String USER = "sa";
    private static final String MODE =
            ";MODE=MSSQLServer;DATABASE_TO_UPPER=FALSE;CASE_INSENSITIVE_IDENTIFIERS=TRUE;DEFAULT_LOCK_TIMEOUT=10000";

    private final String name;
    private final Clock clock;
    private final ZoneId zone;
    private final Connection anchor;
    private final StandInLog log;
    private final StandInServerFacts facts;
    private final StandInAgent agent;
    private final StandInDefinitions definitions;
    private final StandInProcedures procedures;
    private @Nullable Server server;
    private volatile Consumer<String> statements = statement -> {};

    private SqlServerStandIn(Builder builder) {
        name = "shop" + databases.incrementAndGet();
        clock = builder.clock;
        zone = builder.zone;
        log = new StandInLog(name, this::now);
        StandInCatalog catalog = new StandInCatalog(name);
        StandInCapturing capturing = new StandInCapturing(catalog, log);
        definitions = new StandInDefinitions(catalog, capturing);
        facts = new StandInServerFacts(this);
        agent = new StandInAgent(this, log, new StandInChangeTables(this, catalog));
        procedures = new StandInProcedures(catalog, capturing, agent);
        try {
            anchor = DriverManager.getConnection("jdbc:h2:mem:" + name + MODE, USER, "");
            create();
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot create the stand-in for SQL Server", e);
        }
        agent.begin();
    }

    /** A database that is enabled for change data capture, in the time zone UTC. */
    public static SqlServerStandIn start() {
        return builder().start();
    }

    public static Builder builder() {
        return new Builder();
    }

    private void create() throws SQLException {
        try (InputStream script = Objects.requireNonNull(SqlServerStandIn.class.getResourceAsStream("stand-in.sql"));
                Statement statement = anchor.createStatement()) {
            statement.execute(new String(script.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        facts.describe(anchor);
    }

    @Override
    public boolean isStandIn() {
        return true;
    }

    @Override
    public String name() {
        return name;
    }

    /** The agent, which can be stopped and delayed. */
    public StandInAgent agent() {
        return agent;
    }

    /** Takes each statement that is run through {@link #connect()}. */
    public void onStatement(Consumer<String> observer) {
        statements = observer;
    }

    @Override
    public Connection connect() {
        try {
            return connect("jdbc:h2:mem:" + name, statement -> {
                statements.accept(statement);
                facts.requireRight(statement);
            });
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot connect to the stand-in " + name, e);
        }
    }

    /** The port of the loopback address at which other processes reach it, by {@link #connect(int, String)}. */
    public synchronized int port() {
        if (server == null) {
            try {
                server = Server.createTcpServer("-tcpPort", "0", "-ifExists").start();
            } catch (SQLException e) {
                throw new IllegalStateException("Cannot listen", e);
            }
        }
        return server.getPort();
    }

    /** A connection to a stand-in of another process. */
    public static Connection connect(int port, String name) throws SQLException {
        return connect("jdbc:h2:tcp://127.0.0.1:" + port + "/mem:" + name, statement -> {});
    }

    private static Connection connect(String url, StandInConnection.Watch statements) throws SQLException {
        return StandInConnection.of(plain(url), statements);
    }

    private static Connection plain(String url) throws SQLException {
        Connection connection = DriverManager.getConnection(url, USER, "");
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET SCHEMA dbo");
            statement.execute("SET SCHEMA_SEARCH_PATH dbo, sys");
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
        return connection;
    }

    /** A connection of the server itself, which speaks H2's SQL. */
    Connection internal() throws SQLException {
        return plain("jdbc:h2:mem:" + name);
    }

    /**
     * The seam of a connector: connections to this stand-in.
     *
     * @param port where it listens, or a proxy to that
     */
    public static SqlServerConnections connections(int port, String name) {
        return purpose -> forPurpose(connect(port, name), purpose);
    }

    /** The seam of a connector in this process. */
    public SqlServerConnections connections() {
        return purpose -> forPurpose(connect(), purpose);
    }

    private static Connection forPurpose(Connection connection, SqlServerConnections.Purpose purpose)
            throws SQLException {
        if (purpose == SqlServerConnections.Purpose.ROWS_IN_ONE_VIEW) {
            connection.setTransactionIsolation(org.h2.engine.Constants.TRANSACTION_SNAPSHOT);
            connection.setAutoCommit(false);
        }
        return connection;
    }

    @Override
    public void sql(String... texts) {
        for (String text : texts) {
            transaction(text);
        }
    }

    @Override
    public void transaction(String... texts) {
        try (SqlServerTransaction transaction = begin()) {
            transaction.sql(texts);
            transaction.commit();
        }
    }

    @Override
    public SqlServerTransaction begin() {
        return new StandInTransaction(this, log, definitions, procedures);
    }

    @Override
    public List<List<@Nullable Object>> query(String sql) {
        try (Connection connection = StandInConnection.of(internal(), statement -> {});
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            List<List<@Nullable Object>> rows = new ArrayList<>();
            while (result.next()) {
                List<@Nullable Object> row = new ArrayList<>();
                for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                    row.add(result.getObject(i));
                }
                rows.add(row);
            }
            return rows;
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot run " + sql, e);
        }
    }

    @Override
    public void capture() {
        agent.captureAll();
    }

    @Override
    public void stopCapture() {
        agent.stop();
    }

    @Override
    public void startCapture() {
        agent.start();
    }

    @Override
    public void cleanUp(String instance) {
        agent.captureAll();
        byte[] newest = (byte[]) value("SELECT sys.fn_cdc_get_max_lsn()");
        sql("EXEC sys.sp_cdc_cleanup_change_table @capture_instance = N'%s', @low_water_mark = 0x%s"
                .formatted(instance, HexFormat.of().formatHex(Objects.requireNonNull(newest))));
    }

    /**
     * One committed change of a row, as a writer made it.
     *
     * @param operation INSERT, UPDATE or DELETE; an update that changes the key is a DELETE and an INSERT
     * @param row after the change, or before it was deleted
     */
    public record Committed(long transaction, String table, String operation, Map<String, @Nullable Object> row) {

        /** Of the transaction's commit, as the server writes it: 0x and 20 digits. */
        public String lsn() {
            return "0x" + HexFormat.of().formatHex(StandInLsn.of(transaction));
        }
    }

    /** Hears of each change from now on, in the order of the commits; called while others wait to commit. */
    public void onCommit(Consumer<Committed> audit) {
        log.audit((number, changes) -> changes.forEach(change -> audit.accept(committed(number, change))));
    }

    private Committed committed(long number, StandInChange change) {
        String table = StandInCatalog.of(name).table(change.objectId()).name();
        Map<String, @Nullable Object> changed = change.changed();
        return switch (change.operation()) {
            case StandInChange.INSERT -> new Committed(number, table, "INSERT", change.values());
            case StandInChange.DELETE -> new Committed(number, table, "DELETE", change.values());
            default -> new Committed(number, table, "UPDATE", changed == null ? Map.of() : changed);
        };
    }

    /** Ends the sessions of other processes; returns how many there were. */
    public int killSessions() {
        return query("SELECT ABORT_SESSION(SESSION_ID) FROM INFORMATION_SCHEMA.SESSIONS WHERE CLIENT_ADDR IS NOT NULL")
                .size();
    }

    Instant now() {
        return clock.instant();
    }

    /** As the server's clock on the wall shows it. */
    LocalDateTime local(Instant time) {
        return LocalDateTime.ofInstant(time, zone);
    }

    /** Takes a right from the user of the source: {@code VIEW SERVER STATE}, or SELECT on {@code schema.table}. */
    public void deny(String right) {
        facts.deny(right);
    }

    public void grant(String right) {
        facts.grant(right);
    }

    /** Changes what the catalog tells, by a statement of H2 that is in no log. */
    public void administer(String sql) {
        try (Connection connection = internal()) {
            StandInCatalog.run(connection, sql);
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot run " + sql, e);
        }
    }

    /** What {@code SERVERPROPERTY} gives from now on. */
    public void property(String property, String value) {
        facts.property(property, value);
    }

    /** Cuts all connections from other processes, and takes no new ones until {@link #listenAgain(int)}. */
    public synchronized int stopListening() {
        int port = port();
        Objects.requireNonNull(server).stop();
        return port;
    }

    /** Listens again on the port it had. */
    public synchronized void listenAgain(int port) {
        try {
            server = Server.createTcpServer("-tcpPort", Integer.toString(port), "-ifExists")
                    .start();
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot listen on port " + port, e);
        }
    }

    @Override
    public void close() {
        agent.close();
        synchronized (this) {
            if (server != null) {
                server.stop();
            }
        }
        try (Statement statement = anchor.createStatement()) {
            statement.execute("SHUTDOWN IMMEDIATELY");
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot end the stand-in " + name, e);
        } finally {
            StandInLog.forget(name);
            StandInCatalog.forget(name);
            StandInServerFacts.forget(name);
        }
    }

    /** The settings of a stand-in. */
    public static final class Builder {

        private Clock clock = Clock.systemUTC();
        private ZoneId zone = ZoneId.of("UTC");

        private Builder() {}

        /** The clock of the server. */
        public Builder clock(Clock clock) {
            this.clock = clock;
            return this;
        }

        /** The time zone of the server, in which the times of transactions are. */
        public Builder zone(String id) {
            this.zone = ZoneId.of(id);
            return this;
        }

        public SqlServerStandIn start() {
            return new SqlServerStandIn(this);
        }
    }
}
