package io.rustcdc.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rustcdc.event.FailureKind;
import io.rustcdc.source.Credentials;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.TableFilter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is in the log beside rows: harmless, or an end with what to do. */
class StatementWatchTests {

    private static final BinlogPosition HERE = new BinlogPosition("binlog.000001", 700);

    private final MySqlOptions options = MySqlOptions.builder(Flavor.MYSQL, "shop")
            .database("shop")
            .serverId(1)
            .credentials(() -> new Credentials("u", null))
            .tables(TableFilter.of("orders"))
            .build();
    private final StatementWatch watch = new StatementWatch(options, new WantedTables(options));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "26 | lost events | error log",
                "39 | JSON | binlog_row_value_options",
                "42 | tagged GTID | gtid_next",
                "18 | LOAD DATA | binlog_format",
                "99 | type 99 | report"
            })
    void whatMayHaveRowsAndCannotBeReadStopsTheSourceMYR12(int type, String found, String action) {
        assertThatThrownBy(() -> watch.other(BinlogWriter.event(type).event(), HERE))
                .isInstanceOfSatisfying(SourceException.class, e -> {
                    assertThat(e.kind()).isEqualTo(FailureKind.TERMINAL);
                    assertThat(e).hasMessageContaining(found).hasMessageContaining("binlog.000001:700");
                    assertThat(e.action()).contains(action).contains("reset");
                });
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 5, 13, 14, 15, 28, 29, 35, 36, 37, 41, 160, 161, 163})
    void whatHasNoRowsIsPassedOver(int type) {
        assertThatCode(() -> watch.other(BinlogWriter.event(type).event(), HERE))
                .doesNotThrowAnyException();
    }

    @Test
    void anUnknownEventThatSaysItMayBeIgnoredIs() {
        assertThatCode(() -> watch.other(BinlogWriter.event(99).flags(0x80).event(), HERE))
                .doesNotThrowAnyException();
    }

    @Test
    void anEncryptedLogIsNeverTakenForAnEmptyOneMY07() {
        // A server decrypts what it sends (MariaDB knowledge base, "Encrypting Binary Logs"). One that did not would
        // send bytes
        // whose sizes and checksums are wrong.
        watch.other(BinlogWriter.event(EventType.MARIADB_START_ENCRYPTION).event(), HERE);
        EventFraming framing = new EventFraming();
        framing.frame(BinlogWriter.formatDescription(true).payload(true));
        byte[] encrypted = BinlogWriter.query("shop", "BEGIN").payload(true);
        for (int i = 1; i < encrypted.length; i++) {
            encrypted[i] ^= (byte) (i * 31 + 7);
        }
        assertThatThrownBy(() -> framing.frame(encrypted))
                .isInstanceOfSatisfying(
                        SourceException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.TERMINAL));
    }

    @Test
    void aChangeOfACapturedTableThatIsLoggedAsAStatementStopsTheSource() {
        assertThatThrownBy(() -> watch.loggedAsStatement(
                        Statement.of(new QueryEvent("shop", "UPDATE orders SET id = id + 1")), HERE))
                .isInstanceOf(SourceException.class)
                .hasMessageContaining("not in the log");
        assertThatCode(() -> watch.loggedAsStatement(
                        Statement.of(new QueryEvent("crm", "UPDATE people SET id = id + 1")), HERE))
                .doesNotThrowAnyException();
    }
}
