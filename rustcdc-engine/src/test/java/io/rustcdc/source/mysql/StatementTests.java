package io.rustcdc.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.event.TableId;
import io.rustcdc.source.Credentials;
import io.rustcdc.source.TableFilter;
import io.rustcdc.source.mysql.Statement.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatementTests {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "BEGIN | BEGIN",
                "START TRANSACTION | BEGIN",
                "COMMIT | COMMIT",
                "/* by hand */ commit | COMMIT",
                "ROLLBACK | ROLLBACK",
                "ROLLBACK TO `s1` | ROLLBACK_TO_SAVEPOINT",
                "SAVEPOINT `s1` | SAVEPOINT",
                "XA START X'61',X'',1 | XA_START",
                "XA END X'61',X'',1 | XA_END",
                "XA COMMIT X'61',X'',1 | XA_COMMIT",
                "XA ROLLBACK X'61',X'',1 | XA_ROLLBACK",
                "TRUNCATE t | TRUNCATE",
                "DELETE FROM `shop`.`m` | TRUNCATE",
                "DELETE FROM m WHERE id = 1 | CHANGE_OF_ROWS",
                "insert into t values (1) | CHANGE_OF_ROWS",
                "WITH x AS (SELECT 1) UPDATE t SET a = 1 | CHANGE_OF_ROWS",
                "LOAD DATA INFILE 'x' INTO TABLE t | CHANGE_OF_ROWS",
                "/*!50100 ALTER */ TABLE t ADD c int | OTHER",
                "GRANT SELECT ON *.* TO a | OTHER"
            })
    void tellsByTheFirstWordsWhatItIs(String sql, Kind kind) {
        assertThat(statement(sql).kind()).isEqualTo(kind);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "TRUNCATE orders | shop.orders",
                "TRUNCATE TABLE orders | shop.orders",
                "truncate/**/table/* x */`or``ders` | shop.or`ders",
                "TRUNCATE TABLE `other` . `orders` | other.orders",
                "TRUNCATE -- all | shop.orders",
                "TRUNCATE /*M!100000 TABLE */ other.orders WAIT 5 | other.orders",
                "TRUNCATE # all | shop.orders",
                "DELETE FROM `shop`.`m` | shop.m"
            })
    void findsTheTableThatIsTruncatedMYR10(String sql, String table) {
        String whole = sql.endsWith("all") ? sql + "\n orders" : sql;
        assertThat(String.valueOf(statement(whole).truncated())).isEqualTo(table);
    }

    @Test
    void aStatementMentionsATableByItsWholeName() {
        Statement alter = statement("ALTER TABLE `Orders` ADD COLUMN order_items int, ADD note text");
        assertThat(alter.mentions(new TableId("shop", "orders"))).isTrue();
        assertThat(alter.mentions(new TableId("shop", "order"))).isFalse();
        assertThat(alter.mentions(new TableId("shop", "items"))).isFalse();
    }

    @Test
    void aChangeLoggedAsStatementConcernsTheTablesThatItNames() {
        WantedTables wanted = new WantedTables(MySqlOptions.builder(Flavor.MYSQL, "shop")
                .database("shop")
                .serverId(1)
                .credentials(() -> new Credentials("u", null))
                .tables(TableFilter.of("orders"))
                .build());
        assertThat(statement("INSERT INTO orders SELECT 1").mayConcern(wanted)).isTrue();
        assertThat(statement("INSERT INTO `shop`.`orders` SELECT 1").mayConcern(wanted))
                .isTrue();
        assertThat(statement("INSERT INTO crm.orders SELECT 1").mayConcern(wanted))
                .isFalse();
        assertThat(statement("UPDATE customers SET a = 1").mayConcern(wanted)).isFalse();
    }

    @Test
    void rowsGoUnseenWithAPartitionOrATable() {
        assertThat(statement("ALTER TABLE t TRUNCATE PARTITION p0").dropsRowsUnseen())
                .isTrue();
        assertThat(statement("alter table t drop partition p0").dropsRowsUnseen())
                .isTrue();
        assertThat(statement("DROP TABLE t").dropsRowsUnseen()).isTrue();
        assertThat(statement("ALTER TABLE t ADD COLUMN c int").dropsRowsUnseen())
                .isFalse();
    }

    private static Statement statement(String sql) {
        return Statement.of(new QueryEvent("shop", sql));
    }
}
