package io.rustcdc.source.sqlserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rustcdc.test.databases.sqlserver.SqlServerStandIn;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Runs every statement of the source on the stand-in, so that the other tests there fail for better reasons than SQL. */
class SqlServerSqlOnStandInTests {

    /** What is no statement by itself, or defines something. */
    private static final Set<String> PARTS = Set.of(
            "HAS_CHANGES",
            "CHANGES",
            "AFTER_TRANSACTION",
            "AFTER_CHANGE",
            "AFTER_CHANGE_WITHOUT_COMMAND",
            "READ_RIGHTS",
            "ROWS",
            "ALL_ROWS",
            "NTH_ROW",
            "CREATE_TRUNCATE_TRIGGER");

    private static final Pattern NUMBER_BEFORE = Pattern.compile("\\[__\\$(command_id|operation)] [<=>]+ $");

    private final SqlServerSql sql = new SqlServerSql("cdc");

    /** Run between the preparation of a statement and its execution. */
    private final List<String> definitions = new ArrayList<>();

    private SqlServerStandIn database;

    @BeforeEach
    void start() {
        database = SqlServerStandIn.start();
        database.sql("CREATE TABLE orders (id int, part int, note nvarchar(100), PRIMARY KEY (part, id))");
        database.enable("orders");
        database.sql("INSERT INTO orders VALUES (1, 1, 'one'), (2, 1, 'two'), (3, 1, 'three')");
        database.capture();
    }

    @AfterEach
    void end() {
        database.close();
    }

    @Test
    void runsEachConstant() throws Exception {
        int run = 0;
        for (Field field : SqlServerSql.class.getDeclaredFields()) {
            if (Modifier.isStatic(field.getModifiers())
                    && field.getType() == String.class
                    && !PARTS.contains(field.getName())) {
                field.setAccessible(true);
                run(sql.of((String) field.get(null)));
                run++;
            }
        }
        assertThat(run).isGreaterThan(12);
        run(sql.readRights());
    }

    @Test
    void readsPagesFromEachPlace() throws Exception {
        List<String> columns = List.of("c.[id]", "c.[note]");
        assertThat(run(sql.changed(List.of("dbo_orders", "dbo_orders")))).isZero();
        for (String condition : List.of(
                SqlServerSql.AFTER_TRANSACTION, SqlServerSql.AFTER_CHANGE, SqlServerSql.AFTER_CHANGE_WITHOUT_COMMAND)) {
            run(sql.changes(2, columns, "dbo_orders", condition));
        }
        try (Connection connection = database.connections().open(SqlServerConnections.Purpose.CHANGES);
                PreparedStatement statement = connection.prepareStatement(
                        sql.changes(2, columns, "dbo_orders", SqlServerSql.AFTER_TRANSACTION))) {
            byte[] max = new byte[10];
            Arrays.fill(max, (byte) 0xFF);
            statement.setBytes(1, new byte[10]);
            statement.setBytes(2, max);
            List<String> notes = new ArrayList<>();
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    assertThat(rows.getBytes("commit_lsn")).hasSize(10);
                    notes.add(rows.getString(9));
                }
            }
            assertThat(notes).containsExactly("one", "two");
        }
    }

    @Test
    void readsPagesWhileTablesAreDefined() throws Exception {
        for (String condition : List.of(
                SqlServerSql.AFTER_TRANSACTION, SqlServerSql.AFTER_CHANGE, SqlServerSql.AFTER_CHANGE_WITHOUT_COMMAND)) {
            definitions.clear();
            definitions.add("CREATE TABLE meanwhile (id int)");
            definitions.add("DROP TABLE meanwhile");
            assertThat(run(sql.changes(2, List.of("c.[id]"), "dbo_orders", condition)))
                    .isZero();
        }
    }

    @Test
    void readsRowsInKeyOrder() throws Exception {
        List<String> key = List.of("part", "id");
        assertThat(run(SqlServerSql.rows(2, key, "[dbo].[orders]", List.of("[part] = 1"), key)))
                .isEqualTo(2);
        assertThat(run(SqlServerSql.rows(Integer.MAX_VALUE, key, "[dbo].[orders]", List.of(), key)))
                .isEqualTo(3);
        assertThat(run(SqlServerSql.nthRow(1, key, "[dbo].[orders]", List.of(), key)))
                .isEqualTo(1);
    }

    @Test
    void installsAndDropsTheTrigger() throws Exception {
        try (Connection connection = database.connect();
                var statement = connection.createStatement()) {
            statement.execute(SqlServerSql.CREATE_TRUNCATE_TRIGGER);
            assertThat(database.query("SELECT t.name, te.type_desc FROM sys.triggers t JOIN sys.trigger_events te ON"
                            + " t.object_id = te.object_id WHERE t.parent_class_desc = 'DATABASE'"))
                    .containsExactly(List.of("rustcdc_truncate_capture", "ALTER_TABLE"));
            statement.execute("DROP TRIGGER IF EXISTS rustcdc_truncate_capture ON DATABASE");
        }
        assertThat(database.query("SELECT * FROM sys.triggers")).isEmpty();
    }

    @Test
    void refusesWhatTheUserMayNotRead() {
        database.deny("VIEW SERVER STATE");
        assertThatThrownBy(() -> run(SqlServerSql.LOG_END))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getErrorCode()).isEqualTo(300));
        database.deny("cdc.dbo_orders_CT");
        assertThatThrownBy(() -> run(sql.changes(1, List.of("c.[id]"), "dbo_orders", SqlServerSql.AFTER_TRANSACTION)))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getErrorCode()).isEqualTo(229));
    }

    /**
     * With zeros for all parameters, each of the type that it is compared with: H2 looks at types when it compiles a statement once
     * more, which it does after whatever the agent did to the definitions of tables meanwhile. Returns how many rows there are.
     */
    private int run(String statement) throws SQLException {
        try (Connection connection = database.connections().open(SqlServerConnections.Purpose.STATEMENTS);
                PreparedStatement prepared = connection.prepareStatement(statement)) {
            int parameter = 1;
            for (int at = statement.indexOf('?'); at >= 0; at = statement.indexOf('?', at + 1)) {
                if (NUMBER_BEFORE.matcher(statement.substring(0, at)).find()) {
                    prepared.setInt(parameter++, 0);
                } else {
                    prepared.setBytes(parameter++, new byte[10]);
                }
            }
            definitions.forEach(database::sql);
            int rows = 0;
            try (var result = prepared.executeQuery()) {
                while (result.next()) {
                    rows++;
                }
            }
            return rows;
        } catch (SQLException e) {
            throw new SQLException(statement + ": " + e.getMessage(), e.getSQLState(), e.getErrorCode(), e);
        }
    }
}
