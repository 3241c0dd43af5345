package io.rustcdc.spring.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import io.rustcdc.observe.EngineState;
import io.rustcdc.source.mysql.Flavor;
import io.rustcdc.spring.CdcEngines;
import io.rustcdc.spring.CdcListener;
import io.rustcdc.spring.autoconfigure.CdcProperties;
import io.rustcdc.test.databases.CertificateAuthority;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Random passwords in every setting that takes one, of sources that run and of sources that cannot: nobody gets to see any. */
@ExtendWith(OutputCaptureExtension.class)
@Timeout(240)
class SecretLeakTests {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private final RandomSecrets secrets = new RandomSecrets();
    private final HttpClient client = HttpClient.newHttpClient();
    private final JsonMapper json = new JsonMapper();
    private final GuardedDatabase postgres = new GuardedDatabase.OnPostgres();
    private final GuardedDatabase mysql = new GuardedDatabase.OnMySql(Flavor.MYSQL);
    private final String user = "leaking_" + postgres.hashCode();
    private final Map<String, Object> settings = new LinkedHashMap<>();
    private int closedPort;

    @BeforeEach
    void configure() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            closedPort = socket.getLocalPort();
        }
        settings.put("server.port", "0");
        settings.put("logging.level.root", "debug");
        settings.put("management.endpoints.web.exposure.include", "*");
        settings.put("management.endpoints.web.exposure.exclude", "heapdump");
        settings.put("management.endpoint.health.show-details", "always");
        // It connects by the application's own URL, which the driver of PostgreSQL logs as it is.
        settings.put("management.health.db.enabled", "false");
        settings.put("rustcdc.checkpoint.directory", directory.toString());
        settings.put("rustcdc.defaults.snapshot.mode", "never");
        settings.put("rustcdc.defaults.stall-threshold", "1ms");
        settings.put("rustcdc.defaults.conn-timeout", "3");
    }

    @AfterEach
    void close() {
        LoggingSystem.get(getClass().getClassLoader()).setLogLevel(LoggingSystem.ROOT_LOGGER_NAME, LogLevel.INFO);
        postgres.close();
        mysql.close();
    }

    private String source(GuardedDatabase database, String name, String password) {
        String key = "rustcdc." + database.type() + "." + name + ".";
        for (String setting : database.settings()) {
            settings.put(key + setting.split("=")[0], setting.split("=", 2)[1]);
        }
        settings.put(key + "user", user);
        settings.put(key + "password", password);
        return key;
    }

    private void unreachable(String type, String name) {
        String key = "rustcdc." + type + "." + name + ".";
        settings.put(key + "host", "localhost");
        settings.put(key + "port", closedPort);
        settings.put(key + "database", "shop");
        settings.put(key + "user", user);
        settings.put(key + "password", secrets.next());
        settings.put(key + "tables", "public.orders");
        if (type.equals("mysql") || type.equals("mariadb")) {
            settings.put(key + "server-id", "4242");
        }
    }

    private ConfigurableApplicationContext run(Class<?> type) {
        SpringApplication application =
                new SpringApplicationBuilder(type).properties(settings).build();
        return application.run();
    }

    @RepeatedTest(2)
    @DisplayName("SE-01 sources that run, that cannot reach their server, and whose password is refused while they run")
    void ofRunningSources(CapturedOutput output) throws Exception {
        String ofPostgres = secrets.next();
        String ofMySql = secrets.next();
        postgres.setPassword(user, ofPostgres);
        mysql.setPassword(user, ofMySql);
        settings.put("spring.datasource.url", postgres.jdbcUrl() + "?password=" + plain(secrets.next()));
        settings.put("spring.datasource.username", user);
        settings.put("spring.datasource.password", ofPostgres);
        settings.put("rustcdc.postgres.same.replication-slot-name", "same_cdc");
        settings.put("rustcdc.postgres.same.tables", "public.orders");
        source(postgres, "good", ofPostgres);
        source(mysql, "well", ofMySql);
        unreachable("postgres", "away");
        unreachable("mysql", "gone");
        unreachable("mariadb", "off");
        unreachable("sqlserver", "far");
        try (ConfigurableApplicationContext application = run(All.class)) {
            CdcEngines engines = application.getBean(CdcEngines.class);
            await().atMost(PATIENCE).until(() -> engines.get("good").status().state() == EngineState.STREAMING);
            await().atMost(PATIENCE).until(() -> engines.get("well").status().state() == EngineState.STREAMING);
            requireNothingShown(application);

            postgres.setPassword(user, secrets.next());
            mysql.setPassword(user, secrets.next());
            postgres.endSessions(user);
            mysql.endSessions(user);
            for (String refused : List.of("good", "well", "same")) {
                await().atMost(PATIENCE)
                        .until(() -> String.valueOf(
                                        engines.get(refused).status().health().reason())
                                .contains(user));
            }
            requireNothingShown(application);
        }
        secrets.assertNoneIn("the log", withoutOurAdministrator(output));
        assertThat(output).contains("connection_error", " DEBUG ");
    }

    /** By endpoints, the texts of objects, and the names of threads. */
    private void requireNothingShown(ConfigurableApplicationContext application) throws Exception {
        String actuator =
                "http://localhost:" + application.getEnvironment().getProperty("local.server.port") + "/actuator";
        JsonNode links = json.readTree(get(actuator)).path("_links");
        assertThat(links.propertyNames()).contains("cdc", "cdccheckpoints", "env", "configprops", "health");
        for (JsonNode link : links) {
            String address = link.path("href").asString();
            if (!link.path("templated").asBoolean()) {
                secrets.assertNoneIn(address, get(address));
            }
        }
        CdcEngines engines = application.getBean(CdcEngines.class);
        for (String name : List.of("good", "well", "same", "away", "gone", "off", "far")) {
            for (String address : List.of("/cdc/", "/health/cdc/", "/cdccheckpoints/")) {
                secrets.assertNoneIn(address + name, get(actuator + address + name));
            }
            secrets.assertNoneIn("the engine", engines.get(name).toString());
            secrets.assertNoneIn("the status", engines.get(name).status().toString());
        }
        secrets.assertNoneIn(
                "the settings", application.getBean(CdcProperties.class).toString());
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            secrets.assertNoneIn("a thread", thread.toString());
        }
    }

    private String get(String address) throws Exception {
        return client.send(HttpRequest.newBuilder(URI.create(address)).build(), BodyHandlers.ofString())
                .body();
    }

    @RepeatedTest(2)
    @DisplayName(
            "SE-01 sources that keep the application from starting: a wrong password, TLS that cannot be, bad keys")
    void ofRefusedSources(CapturedOutput output) {
        CertificateAuthority authority = new CertificateAuthority(directory, "ours");
        CertificateAuthority.Issued issued = authority.client("cert_role");
        postgres.setPassword(user, secrets.next());
        mysql.setPassword(user, secrets.next());

        source(postgres, "shop", secrets.next());
        requireRefusal("a wrong password on PostgreSQL");
        settings.put("rustcdc.postgres.shop.transport.mode", "tls");
        requireRefusal("TLS on a server without it");
        settings.put("rustcdc.postgres.shop.transport.client-cert-path", issued.certificate());
        settings.put("rustcdc.postgres.shop.transport.client-key-path", authority.certificate());
        settings.put("rustcdc.postgres.shop.transport.client-key-password", secrets.next());
        requireRefusal("a key that is none");
        settings.keySet().removeIf(key -> key.contains(".transport.client"));
        settings.put("rustcdc.postgres.shop.transport.ssl-bundle", "db");
        settings.put("spring.ssl.bundle.pem.db.keystore.certificate", "file:" + issued.certificate());
        settings.put("spring.ssl.bundle.pem.db.keystore.private-key", "file:" + authority.certificate());
        settings.put("spring.ssl.bundle.pem.db.keystore.private-key-password", secrets.next());
        requireRefusal("a bundle without a key");

        settings.keySet().removeIf(key -> key.contains(".shop.") || key.contains(".bundle."));
        source(mysql, "shop", secrets.next());
        requireRefusal("a wrong password on MySQL");

        settings.keySet().removeIf(key -> key.contains(".shop."));
        settings.put("spring.datasource.username", user);
        settings.put("spring.datasource.password", secrets.next());
        settings.put("spring.datasource.url", "jdbc:mysql://a,b/shop?password=" + plain(secrets.next()));
        settings.put("spring.datasource.driver-class-name", "org.mariadb.jdbc.Driver");
        settings.put("rustcdc.mysql.shop.server-id", "4242");
        requireRefusal("a URL of several servers");
        settings.remove("spring.datasource.driver-class-name");
        settings.remove("rustcdc.mysql.shop.server-id");
        settings.put("spring.datasource.url", postgres.jdbcUrl() + "?password=" + plain(secrets.next()));
        settings.put("rustcdc.postgres.shop.tables", "public.orders");
        requireRefusal("a wrong password of the application's own connection");
        settings.remove("rustcdc.postgres.shop.tables");
        settings.put(
                "spring.datasource.url",
                "jdbc:sqlserver://localhost;databaseName=shop;encrypt=true;trustStore=/store.p12;trustStorePassword={%s};password={%s}"
                        .formatted(braced(secrets.next()), braced(secrets.next())));
        settings.put("rustcdc.sqlserver.shop.tables", "dbo.orders");
        requireRefusal("a URL with a key store");

        secrets.assertNoneIn("the log", withoutOurAdministrator(output));
    }

    /** This test sets passwords by SQL, which the driver logs. */
    private static String withoutOurAdministrator(CapturedOutput output) {
        return output.getAll()
                .lines()
                .filter(line -> !line.matches(".* execute query: (CREATE|ALTER) USER .*"))
                .collect(Collectors.joining("\n"));
    }

    /** As a URL may carry it. */
    private static String plain(String secret) {
        return URLEncoder.encode(secret, StandardCharsets.UTF_8);
    }

    private static String braced(String secret) {
        return secret.replace("}", "}}");
    }

    private void requireRefusal(String what) {
        Throwable refusal = catchThrowable(() -> run(One.class).close());
        assertThat(refusal).as(what).isNotNull();
        secrets.assertNoneIn(what, refusal);
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class One {

        @CdcListener
        void on(ChangeEvent<Row> change) {}
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class All {

        @CdcListener(source = "good")
        void onGood(ChangeEvent<Row> change) {}

        @CdcListener(source = "well")
        void onWell(ChangeEvent<Row> change) {}

        @CdcListener(source = "same")
        void onSame(ChangeEvent<Row> change) {}

        @CdcListener(source = "away")
        void onAway(ChangeEvent<Row> change) {}

        @CdcListener(source = "gone")
        void onGone(ChangeEvent<Row> change) {}

        @CdcListener(source = "off")
        void onOff(ChangeEvent<Row> change) {}

        @CdcListener(source = "far")
        void onFar(ChangeEvent<Row> change) {}
    }
}
