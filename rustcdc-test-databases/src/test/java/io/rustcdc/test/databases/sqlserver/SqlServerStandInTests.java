package io.rustcdc.test.databases.sqlserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** That the stand-in keeps to what is documented of change data capture, since tests of the source rely on it. */
class SqlServerStandInTests {

    private SqlServerStandIn database;

    @BeforeEach
    void start() {
        database = SqlServerStandIn.start();
        database.stopCapture();
        database.sql("CREATE TABLE dbo.orders (id int PRIMARY KEY, note nvarchar(100), big nvarchar(max))");
    }

    @AfterEach
    void end() {
        database.close();
    }

    @Test
    void copiesWhatIsCommittedAfterATableWasEnabled() {
        database.sql("INSERT INTO orders VALUES (1, 'before', NULL)");
        database.enable("orders");
        database.transaction(
                "INSERT INTO orders VALUES (2, 'new', 'large')",
                "UPDATE orders SET note = 'changed' WHERE id = 2",
                "UPDATE orders SET id = 3 WHERE id = 2",
                "DELETE FROM orders WHERE id = 1");
        assertThat(changes("dbo_orders")).isEmpty();

        database.capture();

        assertThat(changes("dbo_orders"))
                .containsExactly(
                        "2 07 2 new large",
                        "3 02 2 new null",
                        "4 02 2 changed large",
                        "1 07 2 changed large",
                        "2 07 3 changed large",
                        "1 07 1 before null");
        assertThat(database.query("SELECT DISTINCT [__$start_lsn] FROM cdc.dbo_orders_CT"))
                .hasSize(1);
        assertThat(database.query("SELECT DISTINCT [__$seqval] FROM cdc.dbo_orders_CT"))
                .hasSize(4);
    }

    @Test
    void gatherTheRowsOfARolledBackTransactionNowhere() {
        database.enable("orders");
        try (SqlServerTransaction transaction = database.begin()) {
            transaction.sql("INSERT INTO orders VALUES (1, 'gone', NULL)");
        }
        assertThatThrownBy(() -> database.transaction(
                        "INSERT INTO orders VALUES (2, 'gone', NULL)", "INSERT INTO orders VALUES (2, 'again', NULL)"))
                .cause()
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getErrorCode()).isEqualTo(2627));
        database.capture();

        assertThat(changes("dbo_orders")).isEmpty();
        assertThat(database.query("SELECT * FROM orders")).isEmpty();
    }

    @Test
    void ordersTransactionsByTheirCommits() {
        database.enable("orders");
        try (SqlServerTransaction late = database.begin();
                SqlServerTransaction early = database.begin()) {
            late.sql("INSERT INTO orders VALUES (1, 'late', NULL)");
            early.sql("INSERT INTO orders VALUES (2, 'early', NULL)");
            early.commit();
            late.commit();
        }
        database.capture();

        assertThat(changes("dbo_orders")).containsExactly("2 07 2 early null", "2 07 1 late null");
    }

    @Test
    void insertsNewKeysOfAStatementAfterAllOldOnesAreDeleted() {
        database.enable("orders");
        database.sql("INSERT INTO orders VALUES (1, 'a', NULL), (2, 'b', NULL)");
        database.sql("UPDATE orders SET id = id + 1");
        database.capture();

        assertThat(changes("dbo_orders").subList(2, 6))
                .containsExactlyInAnyOrder("1 07 1 a null", "1 07 2 b null", "2 07 2 a null", "2 07 3 b null");
        assertThat(changes("dbo_orders").subList(2, 4)).allMatch(change -> change.startsWith("1"));
    }

    @Test
    void movesTheLowEndOfAnInstanceWhenItIsCleanedUp() {
        database.enable("orders");
        assertThat(lsn("SELECT sys.fn_cdc_get_min_lsn('dbo_orders')")).isEqualTo("00".repeat(10));
        database.sql("INSERT INTO orders VALUES (1, 'a', NULL)");
        database.capture();
        String begin = lsn("SELECT sys.fn_cdc_get_min_lsn('dbo_orders')");
        String first = lsn("SELECT sys.fn_cdc_get_max_lsn()");
        assertThat(begin).isLessThan(first).isGreaterThan("00".repeat(10));
        database.sql("INSERT INTO orders VALUES (2, 'b', NULL)");

        database.cleanUp("dbo_orders");

        assertThat(lsn("SELECT sys.fn_cdc_get_min_lsn('dbo_orders')"))
                .isGreaterThan(first)
                .isEqualTo(lsn("SELECT sys.fn_cdc_get_max_lsn()"));
        assertThat(changes("dbo_orders")).containsExactly("2 07 2 b null");
    }

    @Test
    void tellsOfDefinitionsAndLetsInstancesKeepTheirColumns() {
        database.enable("orders");
        database.sql("ALTER TABLE orders ADD extra int", "INSERT INTO orders VALUES (1, 'a', NULL, 7)");
        database.sql("ALTER TABLE orders ALTER COLUMN note nvarchar(200)");
        database.enable("orders", "orders_2", "id", "extra");
        database.sql("INSERT INTO orders VALUES (2, 'b', NULL, 8)");
        database.capture();

        assertThat(changes("dbo_orders")).containsExactly("2 07 1 a null", "2 07 2 b null");
        assertThat(database.query("SELECT id, extra FROM cdc.orders_2_CT")).containsExactly(List.of(2, 8));
        assertThat(database.query("SELECT ddl_command FROM cdc.ddl_history ORDER BY ddl_lsn"))
                .extracting(row -> row.get(0))
                .containsExactly(
                        "ALTER TABLE orders ADD extra int", "ALTER TABLE orders ALTER COLUMN note nvarchar(200)");
        assertThatThrownBy(() -> database.enable("orders", "orders_3"))
                .cause()
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getErrorCode()).isEqualTo(22962));
    }

    @Test
    void refusesToTruncateACapturedTable() {
        database.sql("TRUNCATE TABLE orders");
        database.enable("orders");
        assertThatThrownBy(() -> database.sql("TRUNCATE TABLE orders"))
                .cause()
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getErrorCode()).isEqualTo(4711));
    }

    @Test
    void copiesByItselfWhileTheJobRuns() {
        database.enable("orders");
        database.sql("INSERT INTO orders VALUES (1, 'a', NULL)");
        database.startCapture();

        await().untilAsserted(() -> assertThat(changes("dbo_orders")).hasSize(1));
        assertThat(database.value("SELECT last_commit_cdc_lsn FROM sys.dm_cdc_log_scan_sessions"))
                .isNotNull();
    }

    @Test
    void keepsNamesWithBracketsAndQuotes() {
        database.sql("CREATE TABLE dbo.[odd]]na\"me] ([a.b] int PRIMARY KEY, [c'd] nvarchar(10))");
        database.sql(
                "EXEC sys.sp_cdc_enable_table @source_schema = N'dbo', @source_name = N'odd]na\"me', @capture_instance"
                        + " = N'odd', @role_name = NULL");
        database.sql("INSERT INTO dbo.[odd]]na\"me] ([a.b], [c'd]) VALUES (1, N'it''s [x]')");
        database.capture();

        assertThat(database.query("SELECT [a.b], [c'd] FROM cdc.odd_CT")).containsExactly(List.of(1, "it's [x]"));
    }

    private List<String> changes(String instance) {
        return database
                .query(
                        "SELECT [__$operation], [__$update_mask], id, note%s FROM cdc.[%s_CT] ORDER BY [__$start_lsn], [__$command_id], [__$operation]"
                                .formatted(", big", instance))
                .stream()
                .map(row -> row.get(0) + " "
                        + HexFormat.of().formatHex((byte[]) row.get(1)) + " "
                        + row.subList(2, row.size()).stream()
                                .map(String::valueOf)
                                .collect(Collectors.joining(" ")))
                .toList();
    }

    private String lsn(String sql) {
        return HexFormat.of().formatHex((byte[]) database.value(sql));
    }
}
