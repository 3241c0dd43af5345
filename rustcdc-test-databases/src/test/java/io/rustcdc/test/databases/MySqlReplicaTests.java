package io.rustcdc.test.databases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.rustcdc.source.mysql.Flavor;
import java.sql.Connection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MySqlReplicaTests {

    @ParameterizedTest
    @EnumSource(Flavor.class)
    void replicaCatchesUpAndTakesOver(Flavor flavor) {
        assumeThat(MySqlServer.isEmbedded(flavor)).isTrue();
        try (MySqlServer primary = MySqlServer.builder(flavor).start()) {
            MySqlDatabase original = primary.createDatabase();
            original.sql("CREATE TABLE t (id int PRIMARY KEY)", "INSERT INTO t VALUES (1)");
            primary.createCdcUser("cdc", "secret");
            try (MySqlServer replica = primary.replica().start()) {
                original.sql("INSERT INTO t VALUES (2)");
                replica.awaitCaughtUp();
                MySqlDatabase copy = replica.database(original.name());
                BinlogStatus end = primary.binlogStatus();

                assertThat(copy.value("SELECT count(*) FROM t")).isEqualTo("2");
                assertThat(replica.binlogStatus().gtids()).isEqualTo(end.gtids());
                assertThat(copy.value("SELECT @@read_only")).isIn("1", "true");
                assertThat(copy.connect("cdc", "secret")).satisfies(Connection::close);

                primary.kill();
                replica.promote();
                copy.sql("INSERT INTO t VALUES (3)");

                assertThat(copy.value("SELECT count(*) FROM t")).isEqualTo("3");
                assertThat(replica.binlogStatus().gtids()).isNotEqualTo(end.gtids());
                assertThat(copy.value("SELECT @@read_only")).isIn("0", "false");
            }
        }
    }

    @Test
    void replicaFollowsAPrimaryWithoutGtids() {
        assumeThat(MySqlServer.isEmbedded(Flavor.MYSQL)).isTrue();
        String[] noGtids = {"gtid-mode=OFF", "enforce-gtid-consistency=OFF"};
        try (MySqlServer primary =
                        MySqlServer.builder(Flavor.MYSQL).options(noGtids).start();
                MySqlServer replica = primary.replica().options(noGtids).start()) {
            MySqlDatabase original = primary.createDatabase();
            replica.awaitCaughtUp();

            assertThat(replica.database(original.name()).value("SELECT DATABASE()"))
                    .isEqualTo(original.name());
        }
    }

    @ParameterizedTest
    @EnumSource(Flavor.class)
    void replicaGoesOnAfterItWasKilled(Flavor flavor) {
        assumeThat(MySqlServer.isEmbedded(flavor)).isTrue();
        try (MySqlServer primary = MySqlServer.builder(flavor).start();
                MySqlServer replica = primary.replica().start()) {
            replica.kill();
            MySqlDatabase original = primary.createDatabase();
            replica.start();
            replica.awaitCaughtUp();

            assertThat(replica.database(original.name()).value("SELECT DATABASE()"))
                    .isEqualTo(original.name());
        }
    }

    @Test
    void onlyAReplicaIsPromoted() {
        MySqlServer server = MySqlServer.shared(Flavor.MARIADB);

        assertThatThrownBy(server::promote).hasMessage("The server on port " + server.port() + " is no replica");
    }
}
