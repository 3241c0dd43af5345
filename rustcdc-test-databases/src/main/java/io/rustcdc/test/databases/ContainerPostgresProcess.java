package io.rustcdc.test.databases;

import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/** The server of the official image, on a port of the loopback address that stays the same over restarts. */
final class ContainerPostgresProcess implements PostgresProcess {

    private static final int SERVER_PORT = 5432;

    private final PostgreSQLContainer container;
    private final int port;
    private boolean created;
    private boolean closed;

    ContainerPostgresProcess(String tag, Map<String, String> settings, int port) {
        if (!DockerClientFactory.instance().isDockerAvailable()) {
            throw new IllegalStateException(
                    "-D%s=%s asks for the container image postgres:%s, but no Docker answers here: start Docker, or leave the property out to use the embedded server"
                            .formatted(PostgresServer.IMAGE_PROPERTY, tag, tag));
        }
        this.port = port == 0 ? FreePorts.next() : port;
        List<String> command = new ArrayList<>(List.of("postgres", "-c", "max_connections=300"));
        settings.forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
        container = new PostgreSQLContainer(DockerImageName.parse("postgres").withTag(tag))
                .withUsername(PostgresServer.SUPERUSER)
                .withPassword("unused")
                .withDatabaseName("postgres")
                .withEnv("POSTGRES_HOST_AUTH_METHOD", "trust")
                .withEnv("POSTGRES_INITDB_ARGS", "--auth=trust")
                .withCommand(command.toArray(String[]::new));
        container.setPortBindings(List.of("127.0.0.1:" + this.port + ":" + SERVER_PORT));
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public synchronized void start() {
        if (!created) {
            container.start();
            created = true;
        } else {
            container
                    .getDockerClient()
                    .startContainerCmd(container.getContainerId())
                    .exec();
        }
        Awaitility.await("PostgreSQL in a container on port " + port)
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(100))
                .ignoreExceptions()
                .until(this::answers);
    }

    @Override
    public synchronized void stop() {
        container.getDockerClient().stopContainerCmd(container.getContainerId()).exec();
    }

    @Override
    public synchronized void kill() {
        container.getDockerClient().killContainerCmd(container.getContainerId()).exec();
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            container.stop();
        }
    }

    private boolean answers() throws Exception {
        String url = "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
        DriverManager.getConnection(url, PostgresServer.SUPERUSER, "").close();
        return true;
    }
}
