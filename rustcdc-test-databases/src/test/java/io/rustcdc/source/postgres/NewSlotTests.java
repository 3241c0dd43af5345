package io.rustcdc.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.event.FailureKind;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.StreamRequest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class NewSlotTests {

    private PostgresFixture shop;

    @BeforeEach
    void start() {
        shop = new PostgresFixture();
    }

    @AfterEach
    void end() {
        shop.close();
    }

    @Test
    @DisplayName("A slot that cannot be created in time, since a transaction runs, is given up at the server, too")
    void isGivenUpWhileATransactionRuns() throws Exception {
        try (Connection other = shop.database.connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("SELECT pg_current_xact_id()");

            SourceException refused =
                    PostgresFixture.refused(shop.options().connTimeout(Duration.ofSeconds(5)), StreamRequest.fresh());

            assertThat(refused.kind()).isEqualTo(FailureKind.TRANSIENT);
            assertThat(refused)
                    .hasMessageContaining("rustcdc.postgres.shop.conn-timeout = 5 s")
                    .hasMessageContaining("waits for running transactions to end");
            assertThat(shop.slotColumn("slot_name")).isNull();
            other.rollback();
        }
        shop.openFresh().close();
        assertThat(shop.slotColumn("slot_name")).isEqualTo(shop.slot);
    }

    @Test
    @DisplayName(
            "A session that does something else by now, or is another one, is not disturbed for a slot that took long")
    void disturbsNothingElse() throws Exception {
        try (Connection busy = shop.database.connect();
                Connection sql = shop.database.connect();
                PreparedStatement cancel = sql.prepareStatement(NewSlot.CANCEL_CREATION)) {
            int pid = Integer.parseInt(value(busy, "SELECT pg_backend_pid()"));
            CompletableFuture<String> answer =
                    CompletableFuture.supplyAsync(() -> value(busy, "SELECT 'undisturbed' FROM pg_sleep(3)"));
            await().until(() -> value(sql, "SELECT query FROM pg_stat_activity WHERE pid = " + pid)
                    .contains("pg_sleep"));
            cancel.setInt(1, pid);
            try (ResultSet row = cancel.executeQuery()) {
                assertThat(row.next()).isFalse();
            }
            assertThat(answer.join()).isEqualTo("undisturbed");
        }
    }

    private static String value(Connection connection, String query) {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
