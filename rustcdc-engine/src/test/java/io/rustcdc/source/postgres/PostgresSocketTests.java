package io.rustcdc.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rustcdc.source.postgres.PostgresSocket.SilentServerException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class PostgresSocketTests {

    private ServerSocket listener;
    private PostgresSocket socket;
    private Socket server;

    @BeforeEach
    void connect() throws IOException {
        listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        connect(Duration.ofSeconds(20));
    }

    private void connect(Duration handshake) throws IOException {
        socket = new PostgresSocket(handshake);
        socket.connect(listener.getLocalSocketAddress(), 0);
        server = listener.accept();
    }

    @AfterEach
    void close() throws IOException {
        socket.close();
        server.close();
        listener.close();
    }

    @Test
    void handshakeEndsWithinTheBudgetThoughTheDriverWouldWaitForEver() throws IOException {
        socket.close();
        server.close();
        connect(Duration.ofSeconds(2));
        InputStream in = socket.getInputStream();
        server.getOutputStream().write('N');

        assertThat(in.read()).isEqualTo('N');
        assertThat(socket.firstByte()).isEqualTo('N');
        assertThatThrownBy(in::read).isInstanceOf(SilentServerException.class);
    }

    @Test
    void buffersAllThatHasArrivedAndAnswersThePeekWithoutWaiting() throws IOException {
        InputStream in = socket.getInputStream();
        socket.established(Duration.ofSeconds(10));
        socket.streaming(64, () -> {});
        assertThat(socket.awaitReadable(Duration.ofMillis(1))).isFalse();
        server.getOutputStream().write(new byte[] {1, 2, 3});

        assertThat(socket.awaitReadable(Duration.ofSeconds(10))).isTrue();
        assertThat(in.available()).isEqualTo(3);
        assertThat(in.readNBytes(3)).containsExactly(1, 2, 3);
        socket.setSoTimeout(1);
        assertThatThrownBy(in::read).isInstanceOf(SocketTimeoutException.class);
        assertThat(socket.getSoTimeout()).isEqualTo(1);
    }

    @Test
    void keepsWhatWasBufferedWhenStreamingBegins() throws IOException {
        InputStream in = socket.getInputStream();
        server.getOutputStream().write(new byte[] {1, 2, 3, 4});
        Awaitility.await().until(() -> in.available() == 4);
        assertThat(in.read()).isEqualTo(1);

        socket.streaming(2, () -> {});

        assertThat(in.readNBytes(3)).containsExactly(2, 3, 4);
    }

    @Test
    void silenceOfAnEstablishedConnectionIsLimited() throws IOException {
        InputStream in = socket.getInputStream();
        socket.established(Duration.ofSeconds(2));
        socket.streaming(64, () -> {});
        socket.requireLivingServer();
        socket.setSoTimeout(50);

        Awaitility.await()
                .pollInSameThread()
                .untilAsserted(() -> assertThatThrownBy(in::read).isInstanceOf(SilentServerException.class));
        assertThatThrownBy(socket::requireLivingServer).isInstanceOf(SilentServerException.class);
    }

    @Test
    void aServerThatAnswersNothingWhileNothingIsReadIsSilent() throws IOException {
        socket.established(Duration.ofMillis(300));
        socket.streaming(64, () -> {});
        server.getOutputStream().write(new byte[100]);

        Awaitility.await()
                .pollInSameThread()
                .untilAsserted(() -> assertThatThrownBy(socket::requireLivingServerUnread)
                        .isInstanceOf(SilentServerException.class));
    }

    @Test
    void aServerThatGoesOnAnsweringOrMustWaitForUsIsNotSilent() throws IOException {
        socket.established(Duration.ofMillis(300));
        socket.streaming(64, () -> {});
        long end = System.nanoTime() + Duration.ofMillis(900).toNanos();
        Awaitility.await()
                .pollInSameThread()
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    server.getOutputStream().write(1);
                    socket.requireLivingServerUnread();
                    return System.nanoTime() > end;
                });
        server.getOutputStream().write(new byte[20_000]);
        long later = System.nanoTime() + Duration.ofMillis(900).toNanos();
        Awaitility.await().pollInSameThread().until(() -> {
            socket.requireLivingServerUnread();
            return System.nanoTime() > later;
        });
    }

    @Test
    void upkeepGoesOnInsideAMessageAndNotForAPeek() throws IOException {
        InputStream in = socket.getInputStream();
        socket.established(Duration.ofSeconds(10));
        AtomicInteger upkeep = new AtomicInteger();
        socket.streaming(64, upkeep::incrementAndGet);
        socket.setSoTimeout(1);
        assertThatThrownBy(in::read).isInstanceOf(SocketTimeoutException.class);
        assertThat(upkeep).hasValue(0);

        socket.setSoTimeout(20);
        assertThatThrownBy(in::read).isInstanceOf(SocketTimeoutException.class);
        assertThatThrownBy(in::read).isInstanceOf(SocketTimeoutException.class);
        assertThat(upkeep).hasValue(2);
    }

    @Test
    void endOfTheConnectionIsAnError() throws IOException {
        socket.established(Duration.ofSeconds(10));
        socket.streaming(64, () -> {});
        server.close();

        assertThatThrownBy(() -> socket.awaitReadable(Duration.ofSeconds(10))).isInstanceOf(EOFException.class);
    }
}
