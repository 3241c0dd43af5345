package io.rustcdc.test.databases;

import io.rustcdc.source.mysql.Flavor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/**
 * The server of the official image, on a port of the loopback address that stays the same over restarts. The container
 * classes for these servers wait by means of a driver that we do not have, hence the plain one.
 */
final class ContainerMySqlProcess implements MySqlProcess {

    private static final int SERVER_PORT = 3306;
    private static final int READABLE = 0644;

    private final GenericContainer<?> container;
    private final int port;
    private boolean created;
    private boolean closed;

    ContainerMySqlProcess(MySqlSettings settings) {
        Flavor flavor = settings.flavor();
        String image = flavor.type() + ":" + ContainerImage.tag(flavor);
        if (!DockerClientFactory.instance().isDockerAvailable()) {
            throw new IllegalStateException(
                    "-D%s=%s asks for the container image %s, but no Docker answers here: start Docker, or leave the property out to use the embedded server"
                            .formatted(ContainerImage.property(flavor), ContainerImage.tag(flavor), image));
        }
        port = settings.port() == 0 ? FreePorts.next() : settings.port();
        container = new GenericContainer<>(DockerImageName.parse(image))
                .withEnv(
                        flavor == Flavor.MYSQL ? "MYSQL_ALLOW_EMPTY_PASSWORD" : "MARIADB_ALLOW_EMPTY_ROOT_PASSWORD",
                        "yes")
                .waitingFor(new NoWait());
        List<String> command = new ArrayList<>(settings.options());
        MySqlSettings.Tls tls = settings.tls();
        if (tls != null) {
            command.addAll(new MySqlSettings.Tls(
                            copy(tls.authority(), "ca.pem"),
                            copy(tls.certificate(), "cert.pem"),
                            copy(tls.key(), "key.pem"))
                    .options());
        }
        container.setCommand(command.toArray(String[]::new));
        container.setPortBindings(List.of(HOST + ":" + port + ":" + SERVER_PORT));
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public Path dataDirectory() {
        throw new IllegalStateException(
                "The data of a container is not on this machine: this is for the embedded server only");
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
        // While the image sets itself up its server does not listen on the network.
        Awaitility.await("A server in a container on port " + port)
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> MySqlProcess.answers(port));
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
    public synchronized void freeze() {
        container
                .getDockerClient()
                .pauseContainerCmd(container.getContainerId())
                .exec();
    }

    @Override
    public synchronized void thaw() {
        container
                .getDockerClient()
                .unpauseContainerCmd(container.getContainerId())
                .exec();
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            container.stop();
        }
    }

    private Path copy(Path file, String name) {
        String target = "/etc/" + name;
        container.withCopyFileToContainer(MountableFile.forHostPath(file, READABLE), target);
        return Path.of(target);
    }

    private static final class NoWait extends AbstractWaitStrategy {

        @Override
        protected void waitUntilReady() {}
    }
}
