package io.rustcdc.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.source.SourceArguments;
import io.rustcdc.test.databases.JavaProcess;
import io.rustcdc.test.databases.sqlserver.SqlServerStandIn;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process that captures the stand-in for SQL Server is killed at a chosen place. */
class SqlServerStandInKillTests {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    private final SqlServerStandIn database = SqlServerStandIn.start();

    @BeforeEach
    void createOrders() {
        database.sql("CREATE TABLE dbo.orders (id int PRIMARY KEY, note nvarchar(100))");
        database.enable("dbo.orders");
        database.capture();
    }

    @AfterEach
    void end() {
        database.close();
    }

    @Test
    @DisplayName("MS-R2, stand-in: killed when of a new column and three rows behind it only the change of shape was"
            + " acknowledged, the next process delivers the three rows, each once")
    void deliversTheRowsBehindAChangeOfShape() throws Exception {
        Path first = directory.resolve("first.jsonl");
        Path second = directory.resolve("second.jsonl");
        try (JavaProcess consumer = consume(first)) {
            consumer.awaitAnswer(Consumer.STARTED::equals, PATIENCE);
            database.sql("INSERT INTO orders VALUES (1, N'a')");
            database.capture();
            await().atMost(PATIENCE).until(() -> rows(first).equals(List.of("1")));
            consumer.tell("hold");
            consumer.awaitAnswer(Consumer.HOLDING::equals, PATIENCE);

            database.sql(
                    "ALTER TABLE dbo.orders ADD extra int",
                    "EXEC sys.sp_cdc_enable_table @source_schema = N'dbo', @source_name = N'orders', @capture_instance = N'orders_v2', @role_name = NULL",
                    "INSERT INTO orders VALUES (2, N'b', 2)",
                    "INSERT INTO orders VALUES (3, N'c', 3)",
                    "INSERT INTO orders VALUES (4, N'd', 4)");
            database.capture();
            consumer.awaitAnswer((Consumer.HELD + 2)::equals, PATIENCE);
            consumer.kill();
        }
        assertThat(rows(first)).as("what came before the kill").containsExactly("1");
        assertThat(Consumer.read(first)).anyMatch(change -> change.added().contains("extra"));

        try (JavaProcess consumer = consume(second)) {
            await().atMost(PATIENCE).until(() -> rows(second).contains("4"));
            consumer.tell("exit");
            assertThat(consumer.awaitEnd(PATIENCE)).as(consumer.logEnd()).isZero();
        }
        assertThat(rows(second)).containsExactly("2", "3", "4");
        assertThat(Consumer.read(second).filter(change -> "2".equals(change.key())))
                .singleElement()
                .satisfies(change -> assertThat(change.values()).containsEntry("extra", "2"));
    }

    private static List<String> rows(Path log) {
        return Consumer.read(log)
                .filter(change -> !change.isSchemaChange())
                .map(change -> String.valueOf(change.key()))
                .toList();
    }

    /** Batches of one change, so that each is saved before the next one is applied. */
    private JavaProcess consume(Path log) {
        List<String> arguments =
                new ArrayList<>(List.of(directory.toString(), log.toString(), "1", "300", "200000", "0"));
        arguments.addAll(SourceArguments.sqlServerStandIn(database.port(), database.name(), List.of("dbo.orders"))
                .toList());
        return JavaProcess.start(
                directory.resolve("consumer.log"), List.of("-Xmx64m", "-XX:+UseSerialGC"), Consumer.class, arguments);
    }
}
