package io.rustcdc.test.databases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rustcdc.source.mysql.Flavor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MySqlServerTests {

    @ParameterizedTest
    @EnumSource(Flavor.class)
    void sharedServerIsReadyForRowBasedReplication(Flavor flavor) {
        try (MySqlDatabase database = MySqlServer.shared(flavor).createDatabase()) {
            assertThat(database.value("SELECT @@binlog_format")).isEqualTo("ROW");
            assertThat(database.value("SELECT @@binlog_row_image")).isEqualTo("FULL");
            assertThat(database.value("SELECT @@sync_binlog")).isEqualTo("1");
            assertThat(database.value("SELECT @@time_zone")).isEqualTo("+05:30");
            assertThat(database.value("SELECT @@character_set_database")).isEqualTo("utf8mb4");
        }
    }

    @ParameterizedTest
    @EnumSource(Flavor.class)
    void dataAndPortSurviveStopAndKill(Flavor flavor) {
        try (MySqlServer server = MySqlServer.builder(flavor).start()) {
            MySqlDatabase database = server.createDatabase();
            database.sql("CREATE TABLE t (id int PRIMARY KEY)", "INSERT INTO t VALUES (1)");
            int port = server.port();

            server.stop();
            server.start();
            database.transaction("INSERT INTO t VALUES (2)", "INSERT INTO t VALUES (3)");
            server.kill();
            assertThatThrownBy(database::connect).isInstanceOf(IllegalStateException.class);
            server.start();

            assertThat(server.port()).isEqualTo(port);
            assertThat(database.value("SELECT count(*) FROM t")).isEqualTo("3");
        }
    }
}
