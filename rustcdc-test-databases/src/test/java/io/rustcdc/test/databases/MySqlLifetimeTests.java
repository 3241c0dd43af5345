package io.rustcdc.test.databases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.rustcdc.source.mysql.Flavor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MySqlLifetimeTests {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource(Flavor.class)
    void serverEndsWithAJvmThatIsKilled(Flavor flavor) throws Exception {
        assumeThat(MySqlServer.isEmbedded(flavor)).isTrue();
        Path data = directory.resolve("data");
        try (JavaProcess process = start(flavor, data)) {
            ProcessHandle server = server(process);
            process.kill();
            server.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
        try (MySqlServer again = MySqlServer.builder(flavor).dataDirectory(data).start()) {
            assertThat(again.database("written").value("SELECT DATABASE()")).isEqualTo("written");
        }
    }

    @Test
    void serverEndsWithAJvmThatDoesNotCloseIt() throws Exception {
        assumeThat(MySqlServer.isEmbedded(Flavor.MARIADB)).isTrue();
        try (JavaProcess process = start(Flavor.MARIADB, directory.resolve("data"))) {
            ProcessHandle server = server(process);
            process.tell("end");

            assertThat(process.awaitEnd(PATIENCE)).isZero();
            assertThat(server.isAlive()).isFalse();
        }
    }

    private JavaProcess start(Flavor flavor, Path data) {
        return JavaProcess.start(
                directory.resolve("log"), List.of(), Owner.class, List.of(flavor.name(), data.toString()));
    }

    private static ProcessHandle server(JavaProcess owner) throws InterruptedException {
        String pid = owner.awaitAnswer(answer -> true, PATIENCE);
        return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
    }

    /** A JVM with a server that it never closes. */
    static final class Owner {

        public static void main(String[] arguments) throws Exception {
            MySqlServer server = MySqlServer.builder(Flavor.valueOf(arguments[0]))
                    .dataDirectory(Path.of(arguments[1]))
                    .start();
            server.database("mysql").sql("CREATE DATABASE written");
            JavaProcess.answer(Files.readString(server.dataDirectory().resolve("mysqld.pid"))
                    .strip());
            System.in.read();
        }
    }
}
