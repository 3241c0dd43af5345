package io.rustcdc.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.event.LogRetention;
import io.rustcdc.event.LogRetention.Safety;
import io.rustcdc.source.SourceInspection;
import io.rustcdc.test.databases.MySqlDatabase;
import io.rustcdc.test.databases.MySqlServer;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The binlog runway, at servers that really purge. */
class MySqlInspectorTests {

    @ParameterizedTest
    @EnumSource(Flavor.class)
    void showsTheWayThatIsLeft(Flavor flavor) {
        try (MySqlServer server = MySqlServer.builder(flavor)
                .options("loose-slave-connections-needed-for-purge=0", "binlog-expire-logs-seconds=1000")
                .start()) {
            MySqlDatabase admin = server.database("mysql");
            admin.sql("CREATE DATABASE shop", "CREATE TABLE shop.orders (id serial)");
            MySqlOptions options = BinlogLook.options(server).build();
            AtomicReference<LogReach> reach = new AtomicReference<>();
            try (MySqlInspector inspector =
                    new MySqlInspector(options, new MySqlConnections(options), new MySqlErrors(options), reach::get)) {
                SourceInspection nothing = inspector.inspect(false);
                assertThat(nothing.log()).isNull();
                assertThat(nothing.warnings())
                        .singleElement()
                        .satisfies(warning -> assertThat(warning.action()).contains("binlog_row_metadata = 'FULL'"));

                MySqlOffset present = new BinlogLook(server).present();
                reach.set(new LogReach(present, Instant.now()));
                assertThat(log(inspector).unconfirmedBytes()).isZero();
                assertThat(log(inspector).safety()).isEqualTo(Safety.SAFE);

                admin.sql("INSERT INTO shop.orders VALUES ()", "FLUSH BINARY LOGS");
                assertThat(log(inspector).unconfirmedBytes()).isPositive();
                assertThat(log(inspector).safety()).isEqualTo(Safety.SAFE);

                reach.set(new LogReach(present, Instant.now().minusSeconds(900)));
                assertThat(log(inspector).safety()).isEqualTo(Safety.ENDANGERED);

                MySqlOffset end = new BinlogLook(server).present();
                BinlogLook.purge(server);
                assertThat(log(inspector).safety()).isEqualTo(Safety.LOST);
                assertThat(log(inspector).remedy()).contains("accept-gap");

                reach.set(new LogReach(
                        MySqlOffset.at(present.origin(), Objects.requireNonNull(present.position()), end.executed()),
                        Instant.now()));
                assertThat(log(inspector).safety()).isEqualTo(Safety.SAFE);

                reach.set(new LogReach(
                        MySqlOffset.at(
                                new Origin(flavor, "f0000000-0000-0000-0000-000000000001", 4_000_000_000L),
                                Objects.requireNonNull(present.position()),
                                end.executed()),
                        null));
                assertThat(inspector.inspect(true).log()).isNull();
            }
        }
    }

    private static LogRetention log(MySqlInspector inspector) {
        return Objects.requireNonNull(inspector.inspect(true).log());
    }
}
