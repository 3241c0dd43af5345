package io.rustcdc.engine;

import static io.rustcdc.engine.EngineFixture.awaitSaved;
import static io.rustcdc.engine.EngineFixture.changesOnly;
import static io.rustcdc.engine.EngineFixture.ids;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.CdcEngine;
import io.rustcdc.observe.EngineState;
import io.rustcdc.observe.HealthVerdict.Status;
import io.rustcdc.source.Credentials;
import io.rustcdc.source.mysql.MySqlOptions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The password of the user changes while its changes are captured (runbook, credential rotation). */
@Timeout(120)
class MySqlCredentialRotationTests extends MySqlEngineFixture {

    private volatile String secret = "first";

    @Override
    MySqlOptions.Builder options(int port) {
        return super.options(port).credentials(() -> new Credentials(user(), secret));
    }

    @ParameterizedTest
    @EnumSource(names = {"MYSQL_BY_GTID", "MARIADB_BY_GTID"})
    @DisplayName("MY-18: a new password is taken without a restart, nothing is lost or repeated")
    void aRotatedPasswordIsTaken(BinlogMode mode) {
        use(mode);
        setPassword("first");
        CdcEngine engine = engine();
        engine.start();
        insert(1, 100);
        awaitDelivered(100);
        awaitSaved(engine);

        setPassword("second");
        secret = "second";
        endSessions();
        insert(101, 200);

        awaitDelivered(200);
        assertThat(delivered).containsExactlyElementsOf(ids(1, 200));
    }

    @ParameterizedTest
    @EnumSource(names = {"MYSQL_BY_GTID", "MARIADB_BY_GTID"})
    @DisplayName("MY-18: a new password that is not there yet is waited for")
    void aPasswordThatIsLateIsWaitedFor(BinlogMode mode) {
        use(mode);
        setPassword("first");
        CdcEngine engine = engine(server().port(), changesOnly().withStallThreshold(Duration.ofMillis(1)));
        engine.start();
        insert(1, 100);
        awaitDelivered(100);
        awaitSaved(engine);

        setPassword("second");
        endSessions();
        insert(101, 200);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> String.valueOf(engine.status().health().reason()).contains(user()));
        assertThat(engine.status().state()).isEqualTo(EngineState.RECONNECTING);
        assertThat(engine.status().health().status()).isEqualTo(Status.STALLED);
        assertThat(engine.status().health().action())
                .contains("rustcdc.%s.shop.password".formatted(mode.flavor().type()));
        assertThat(engine.status().health().toString()).doesNotContain("first");

        secret = "second";

        awaitDelivered(200);
        assertThat(delivered).containsExactlyElementsOf(ids(1, 200));
    }

    private String user() {
        return "rotating_" + serverId;
    }

    private void setPassword(String password) {
        server().createCdcUser(user(), password);
    }

    private void endSessions() {
        for (List<Object> session :
                database.query("SELECT id FROM information_schema.processlist WHERE user = '%s'".formatted(user()))) {
            try {
                database.sql("KILL " + session.get(0));
            } catch (IllegalStateException e) {
                // It ended by itself meanwhile.
            }
        }
    }
}
