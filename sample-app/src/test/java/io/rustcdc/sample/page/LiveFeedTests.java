package io.rustcdc.sample.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.http.converter.autoconfigure.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** The feed behind a real web server, with browsers made of plain sockets. */
@Timeout(120)
class LiveFeedTests {

    private ServletWebServerApplicationContext context;
    private LiveFeed feed;

    @BeforeEach
    void start() {
        context = (ServletWebServerApplicationContext) new SpringApplicationBuilder(FeedServer.class)
                .properties(
                        "server.port=0",
                        "server.address=127.0.0.1",
                        "server.shutdown=graceful",
                        "spring.main.banner-mode=off")
                .run();
        feed = context.getBean(LiveFeed.class);
    }

    @AfterEach
    void stop() {
        context.close();
    }

    @Test
    void givesANewBrowserTheLastChangesAndThenEachNewOne() throws Exception {
        feed.onChange(Changes.insert(1, "first"));
        try (Socket browser = connect()) {
            feed.onChange(Changes.insert(2, "second"));

            String text = readUntil(browser, "second");
            assertThat(text).contains("\"first\"").contains("\"number\":1").contains("\"number\":2");
            assertThat(text).contains("event:changes");
        }
    }

    @Test
    void neverWaitsForABrowserThatDoesNotRead() throws Exception {
        ChangeEvent<Row> large = Changes.insert(1, "x".repeat(60));
        try (Socket deaf = connect();
                Socket good = connect()) {
            await("both are served").until(() -> feed.browsers() == 2);
            // Far more than the buffers of a socket hold: a feed that waited for the deaf browser would hang here.
            for (int i = 0; i < 100_000; i++) {
                feed.onChange(large);
            }
            CompletableFuture<String> read = CompletableFuture.supplyAsync(() -> readUntil(good, "the last one"));
            await("the other browser is served").atMost(Duration.ofSeconds(60)).until(() -> {
                feed.onChange(Changes.insert(2, "the last one"));
                return read.isDone();
            });
            assertThat(read.join()).contains("the last one");
            assertThat(deaf.isConnected()).isTrue();
        }
    }

    @Test
    void forgetsABrowserThatIsGone() throws Exception {
        connect().close();
        await("the browser is forgotten").atMost(Duration.ofSeconds(60)).until(() -> {
            feed.onChange(Changes.insert(1, "is anybody there?"));
            return feed.browsers() == 0;
        });
    }

    @Test
    void endsItsRequestsWhenTheApplicationStops() throws Exception {
        try (Socket browser = connect()) {
            await("it is served").until(() -> feed.browsers() == 1);
            context.close();
            assertThat(browser.getInputStream().readAllBytes()).isNotNull();
        }
        assertThatExceptionOfType(TooManyBrowsersException.class).isThrownBy(feed::connect);
    }

    private Socket connect() throws Exception {
        int before = feed.browsers();
        Socket socket = new Socket(
                InetAddress.getLoopbackAddress(), context.getWebServer().getPort());
        socket.setSoTimeout(60_000);
        OutputStream out = socket.getOutputStream();
        out.write("GET /changes HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        out.flush();
        await("the browser is connected").until(() -> feed.browsers() > before);
        return socket;
    }

    private static String readUntil(Socket socket, String end) {
        try {
            InputStream in = socket.getInputStream();
            StringBuilder text = new StringBuilder();
            byte[] buffer = new byte[8192];
            while (text.indexOf(end, Math.max(0, text.length() - 2 * buffer.length)) < 0) {
                int read = in.read(buffer);
                assertThat(read).as("the stream ended before '%s'", end).isPositive();
                text.append(new String(buffer, 0, read, StandardCharsets.UTF_8));
            }
            return text.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @SpringBootConfiguration
    @ImportAutoConfiguration({
        TomcatServletWebServerAutoConfiguration.class,
        DispatcherServletAutoConfiguration.class,
        WebMvcAutoConfiguration.class,
        HttpMessageConvertersAutoConfiguration.class,
        JacksonAutoConfiguration.class
    })
    @Import({LiveFeed.class, Stream.class})
    static class FeedServer {}

    @RestController
    static class Stream {

        private final LiveFeed feed;

        Stream(LiveFeed feed) {
            this.feed = feed;
        }

        @GetMapping("/changes")
        SseEmitter changes() {
            return feed.connect();
        }
    }
}
