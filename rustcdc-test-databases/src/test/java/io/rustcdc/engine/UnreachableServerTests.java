package io.rustcdc.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.CdcEngine;
import io.rustcdc.observe.EngineState;
import io.rustcdc.source.Credentials;
import io.rustcdc.source.TableFilter;
import io.rustcdc.source.Transport;
import io.rustcdc.source.postgres.PostgresConnector;
import io.rustcdc.source.postgres.PostgresOptions;
import io.rustcdc.test.databases.PostgresServer;
import io.rustcdc.test.databases.TcpProxy;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server that takes connections and says nothing, to a source with more patience than the tests. */
@Timeout(60)
class UnreachableServerTests extends EngineFixture {

    @Override
    PostgresConnector connector(String host, int port) {
        return new PostgresConnector(PostgresOptions.builder("shop")
                .host("127.0.0.1:" + port + ",127.0.0.1:" + port)
                .database(database.name())
                .credentials(() -> new Credentials(PostgresServer.SUPERUSER, null))
                .replicationSlotName("cdc_" + database.name())
                .publicationName("cdc_" + database.name())
                .tables(TableFilter.of("public.orders"))
                .connTimeout(Duration.ofSeconds(300))
                .transport(Transport.plaintext())
                .build());
    }

    @Test
    void aStopDoesNotWaitForTheConnection() {
        try (TcpProxy proxy = TcpProxy.to(server().port())) {
            PostgresConnector connector = connector(proxy.host(), proxy.port());
            CdcEngine engine = engine(
                    connector,
                    store(connector),
                    changesOnly().withShutdownTimeout(Duration.ofSeconds(10)),
                    (event, acknowledgment) -> delivered.add(describe(event)));
            engine.start();
            insert(1, 10);
            awaitDelivered(10);
            proxy.blackHole(true);
            int before = proxy.acceptedConnections();
            proxy.cut();
            await().until(() -> proxy.acceptedConnections() > before);

            engine.stop();

            assertThat(engine.status().state()).isEqualTo(EngineState.STOPPED);
            await().until(() -> Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().equals("rustcdc-shop-reader")));
            proxy.blackHole(false);
            engine.start();
            insert(11, 20);
            awaitDelivered(20);
            assertThat(delivered).containsExactlyElementsOf(ids(1, 20));
        }
    }

    @Test
    void aStreamIsClosedInOrderAllTheSame() {
        CdcEngine engine = engine(changesOnly());
        engine.start();
        insert(1, 1000);
        awaitDelivered(1000);
        awaitSaved(engine);
        engine.stop();

        assertThat(server().database("postgres")
                        .value("SELECT active::text FROM pg_replication_slots WHERE slot_name = 'cdc_" + database.name()
                                + "'"))
                .isEqualTo("false");
    }
}
