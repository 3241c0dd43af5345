package io.rustcdc.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.CdcEngine;
import io.rustcdc.test.databases.PostgresServer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A server that is shut down in order while it is captured. */
class ServerShutdownTests extends EngineFixture {

    private static PostgresServer own;

    @BeforeAll
    static void startServer() {
        own = PostgresServer.builder().start();
    }

    @AfterAll
    static void closeServer() {
        own.close();
    }

    @Override
    PostgresServer server() {
        return own;
    }

    /** It waits until every reader has received the end of its log; a reader that only speaks of old positions hangs it. */
    @Test
    void aQuietSourceDoesNotHoldUpTheShutdown() throws Exception {
        database.sql("CREATE TABLE uncaptured (id int)");
        CdcEngine engine = engine();
        engine.start();
        insert(1, 1);
        awaitDelivered(1);
        awaitSaved(engine);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> savedLsn(engine)
                        .equals(database.value(
                                "SELECT confirmed_flush_lsn - '0/0'::pg_lsn FROM pg_replication_slots WHERE database = '%s'"
                                        .formatted(database.name()))));
        database.sql("INSERT INTO uncaptured VALUES (1)");
        CompletableFuture.runAsync(own::stop).get(40, TimeUnit.SECONDS);
        own.start();
        insert(2, 2);
        awaitDelivered(2);
        assertThat(delivered).containsExactly("1", "2");
    }

    private static String savedLsn(CdcEngine engine) {
        return String.valueOf(engine.status().offset().fields().get("lsn"));
    }
}
