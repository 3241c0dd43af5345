import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Starts the sample by the README's command, sees a change arrive, and stops it. Run from the project's root:
 * {@code java .ci/SampleCheck.java}. Exit code 0 when all is as it should be.
 */
final class SampleCheck {

    /** Maven may first have to fetch and compile. */
    private static final Duration START_LIMIT = Duration.ofMinutes(10);

    private static final Duration FIRST_CHANGE_LIMIT = Duration.ofSeconds(15);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);

    private static final List<String> METRICS = List.of(
            "cdc_runtime_replication_lag_ms",
            "cdc_runtime_events_polled_total",
            "cdc_runtime_events_committed_total",
            "cdc_runtime_liveness",
            "cdc_runtime_checkpoint_age_ms",
            "cdc_runtime_in_flight_events",
            "cdc_runtime_buffer_depth");

    private final HttpClient http = HttpClient.newHttpClient();
    private final Path data;
    private final Path log;
    private final int port;
    private final Process maven;

    private SampleCheck(Path directory) throws IOException {
        this.data = directory.resolve("data");
        this.log = directory.resolve("sample.log");
        this.port = freePort();
        String arguments = "--server.port=" + port + " --shop.data-directory=" + data;
        this.maven = new ProcessBuilder(
                        "mvn",
                        "-B",
                        "-pl",
                        "sample-app",
                        "-am",
                        "spring-boot:run",
                        "-Dspring-boot.run.arguments=" + arguments)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    public static void main(String[] arguments) throws Exception {
        Path directory = Files.createTempDirectory("rustcdc-sample-check");
        SampleCheck check = new SampleCheck(directory);
        try {
            check.run();
        } catch (Exception | AssertionError e) {
            System.err.println(Files.exists(check.log) ? Files.readString(check.log) : "no log");
            check.endAll();
            throw e;
        }
        delete(directory);
    }

    private void run() throws Exception {
        awaitReady();
        long ready = System.nanoTime();
        say("the application is ready; health: " + get("/actuator/health/readiness"));

        awaitChange(ready);
        expect(get("/"), "<title>rustcdc", "the page");
        expect(get("/actuator/cdc"), "STREAMING", "the cdc endpoint");
        expect(get("/actuator/health"), "\"shop\"", "the health of the source");
        String prometheus = get("/actuator/prometheus");
        METRICS.forEach(metric -> expect(prometheus, "\n" + metric + "{", "the metrics"));
        say("page, endpoint, health and all " + METRICS.size() + " metrics are there");

        String comparison = get("/api/verify?patience=30");
        expect(comparison, "\"equal\":true", "the read model");
        say("the read model equals the table: " + comparison);

        stop();
    }

    private void awaitReady() throws Exception {
        long start = System.nanoTime();
        long told = start;
        while (true) {
            require(maven.isAlive(), "Maven ended before the sample was ready");
            require(since(start).compareTo(START_LIMIT) < 0, "the sample is not ready after " + START_LIMIT);
            if (since(told).toSeconds() >= 20) {
                say("waiting for the sample to start, " + since(start).toSeconds() + " s");
                told = System.nanoTime();
            }
            try {
                if (get("/actuator/health/readiness").contains("\"UP\"")) {
                    return;
                }
            } catch (IOException notYet) {
                // Nothing listens there until it is ready.
            }
            TimeUnit.MILLISECONDS.sleep(200);
        }
    }

    private void awaitChange(long ready) throws Exception {
        CompletableFuture<String> change = CompletableFuture.supplyAsync(this::firstChange);
        String line = change.get(FIRST_CHANGE_LIMIT.toSeconds() + 5, TimeUnit.SECONDS);
        require(
                since(ready).compareTo(FIRST_CHANGE_LIMIT) < 0,
                "the first change took " + since(ready) + ", expected less than " + FIRST_CHANGE_LIMIT);
        say("a change arrived after " + since(ready).toMillis() + " ms: "
                + line.substring(0, Math.min(160, line.length())));
    }

    /** The first line of the page's event stream that carries an order. */
    private String firstChange() {
        try {
            HttpResponse<InputStream> stream =
                    http.send(request("/api/changes").build(), HttpResponse.BodyHandlers.ofInputStream());
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
                String line = lines.readLine();
                while (line != null && !line.contains("public.orders")) {
                    line = lines.readLine();
                }
                return line == null ? "" : line;
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException("The event stream broke", e);
        }
    }

    private void stop() throws Exception {
        List<ProcessHandle> processes = processes();
        say("stopping " + processes.size() + " processes");
        maven.destroy();
        require(maven.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS), "Maven did not end after " + STOP_LIMIT);
        for (ProcessHandle process : processes) {
            long start = System.nanoTime();
            while (process.isAlive() && process.info().command().isPresent()) {
                require(since(start).compareTo(STOP_LIMIT) < 0, "left behind: " + process.info());
                TimeUnit.MILLISECONDS.sleep(100);
            }
        }
        require(!Files.exists(postmasterFile()), "left behind: " + postmasterFile());
        say("nothing is left behind");
    }

    /** Maven, the application, and the server, which is nobody's child. */
    private List<ProcessHandle> processes() throws IOException {
        List<ProcessHandle> processes = new ArrayList<>();
        processes.add(maven.toHandle());
        maven.descendants().forEach(processes::add);
        if (Files.exists(postmasterFile())) {
            long pid = Long.parseLong(Files.readAllLines(postmasterFile()).get(0).trim());
            ProcessHandle.of(pid).ifPresent(processes::add);
        }
        return processes;
    }

    private void endAll() throws IOException {
        List<ProcessHandle> processes = processes();
        processes.forEach(ProcessHandle::destroy);
    }

    private Path postmasterFile() {
        return data.resolve("postgres/data/postmaster.pid");
    }

    private String get(String path) throws IOException, InterruptedException {
        return http.send(
                        request(path).timeout(Duration.ofSeconds(60)).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    }

    private static void expect(String text, String part, String what) {
        require(text.contains(part), what + " should contain " + part.trim() + ", found: " + text);
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new AssertionError(message);
        }
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private static int freePort() throws IOException {
        for (int attempt = 0; attempt < 100; attempt++) {
            // Below those of outgoing connections, or one of these may have it before the sample does.
            int port = ThreadLocalRandom.current().nextInt(15_000, 32_000);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (BindException e) {
                System.err.println("Port " + port + " is taken");
            }
        }
        throw new IOException("No free port was found");
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static void say(String text) {
        System.out.println("   " + text);
    }
}
