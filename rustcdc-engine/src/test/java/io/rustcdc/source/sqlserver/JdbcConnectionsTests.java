package io.rustcdc.source.sqlserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rustcdc.event.FailureKind;
import io.rustcdc.source.Credentials;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.StreamRequest;
import io.rustcdc.source.Transport;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class JdbcConnectionsTests {

    private static final Duration LOGIN_TIMEOUT = Duration.ofSeconds(120);

    private static SqlServerConnector connector(int port) {
        return new SqlServerConnector(SqlServerOptions.builder("shop")
                .host("127.0.0.1")
                .port(port)
                .database("shop")
                .credentials(() -> new Credentials("sa", "secret"))
                .transport(Transport.plaintext())
                .connTimeout(LOGIN_TIMEOUT)
                .build());
    }

    @Test
    @Timeout(60)
    @DisplayName("Opening ends at once when nobody wants it any more, also at a server that accepts and never answers")
    void givesUpOpeningAtASilentServer() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1"))) {
            SqlServerConnector connector = connector(silent.getLocalPort());
            CompletableFuture<Void> opening = CompletableFuture.runAsync(
                    () -> connector.open(StreamRequest.fresh()).close());
            try (Socket accepted = silent.accept()) {
                assertThat(accepted.getInputStream().read())
                        .as("the first byte of the driver's greeting")
                        .isNotNegative();
                assertThat(opening).isNotDone();

                // As a stop does it: again and again until the opening has ended.
                await().atMost(Duration.ofSeconds(20)).until(() -> {
                    connector.abortOpening();
                    return opening.isDone();
                });
            }
            assertThatThrownBy(() -> opening.get(1, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOfSatisfying(
                            SourceException.class,
                            failure -> assertThat(failure.kind()).isEqualTo(FailureKind.TRANSIENT));
        }
    }

    @Test
    @DisplayName("The driver gets sockets while a connection is being opened, which leaves them open when it is over")
    void givesSocketsOnlyWhileOpening() throws Exception {
        DriverSockets.Opening opening = DriverSockets.Opening.begin();
        try (Socket socket = new DriverSockets(opening.id()).createSocket()) {
            opening.close();
            assertThat(socket.isClosed()).isFalse();
        }
        assertThatThrownBy(() -> new DriverSockets(opening.id())).isInstanceOf(IllegalStateException.class);
    }
}
