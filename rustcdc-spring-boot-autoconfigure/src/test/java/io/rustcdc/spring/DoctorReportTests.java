package io.rustcdc.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.spring.app.Shop;
import io.rustcdc.spring.app.ShopApplication;
import io.rustcdc.test.databases.JavaProcess;
import io.rustcdc.test.databases.PostgresDatabase;
import io.rustcdc.test.databases.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;

/** The run mode in which an application prints the prerequisites of its sources and ends, as a pipeline runs it. */
class DoctorReportTests {

    @TempDir
    Path directory;

    private PostgresDatabase database;

    @BeforeEach
    void createDatabase() {
        database = PostgresServer.shared().createDatabase();
        database.sql(Shop.SCHEMA);
    }

    @AfterEach
    void dropDatabase() {
        database.close();
    }

    /** An application of its own process. */
    static final class Main {

        private Main() {}

        public static void main(String[] arguments) {
            SpringApplication.run(ShopApplication.class, arguments);
        }
    }

    private record Run(int status, String output) {}

    private Run run(String... more) throws Exception {
        List<String> arguments = new ArrayList<>();
        for (String property : Shop.properties(database, directory)) {
            // Twice the same argument would be a list.
            if (List.of(more).isEmpty() || !property.startsWith("rustcdc.postgres.shop.user=")) {
                arguments.add("--" + property);
            }
        }
        arguments.addAll(
                List.of(
                        "--rustcdc.doctor=report",
                        "--spring.main.web-application-type=none",
                        "--spring.autoconfigure.exclude=org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration,org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration"));
        arguments.addAll(List.of(more));
        Path log = directory.resolve("output.log");
        try (JavaProcess process = JavaProcess.start(log, List.of("-Xmx128m"), Main.class, arguments)) {
            int status = process.awaitEnd(Duration.ofMinutes(2));
            return new Run(status, Files.readString(log));
        }
    }

    @Test
    void endsWithZeroWhereNothingHasFailedAndStartsNothing() throws Exception {
        Run run = run();

        assertThat(run.status()).as(run.output()).isZero();
        assertThat(run.output())
                .contains("Source 'shop' (postgres): failed: 0, warnings: 1, not checked: 0")
                .containsPattern("ok +wal-level +wal_level = logical")
                .containsPattern("warning +wal-retention")
                .contains("ALTER SYSTEM SET max_slot_wal_keep_size = '64GB';")
                .contains("# Amazon RDS and Aurora: ");
        assertThat(database.query(
                        "SELECT slot_name FROM pg_replication_slots WHERE database = '%s'".formatted(database.name())))
                .isEmpty();
        assertThat(database.query("SELECT pubname FROM pg_publication")).isEmpty();
    }

    @Test
    void endsWithTwoWhereSomethingHasFailedAndNamesAllOfIt() throws Exception {
        database.server().createRole("doctor_weak", null, "LOGIN NOREPLICATION NOSUPERUSER");

        Run run = run("--rustcdc.postgres.shop.user=doctor_weak", "--rustcdc.postgres.shop.password=s3cret-word");

        assertThat(run.status()).as(run.output()).isEqualTo(2);
        assertThat(run.output())
                .containsPattern("FAILED +replication-right")
                .contains("ALTER ROLE \"doctor_weak\" WITH REPLICATION;")
                .containsPattern("FAILED +read-rights")
                .containsPattern("FAILED +publication")
                .containsPattern("not checked +replication-connection +because 'replication-right' failed")
                .doesNotContain("s3cret-word");
    }
}
