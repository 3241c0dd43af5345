package io.rustcdc.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import io.rustcdc.source.ChangeSink;
import io.rustcdc.source.Credentials;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.SourceInspector;
import io.rustcdc.source.SourceStream;
import io.rustcdc.source.StreamRequest;
import io.rustcdc.source.TableFilter;
import io.rustcdc.source.Transport;
import io.rustcdc.source.sqlserver.SqlServerConnector;
import io.rustcdc.source.sqlserver.SqlServerOptions;
import io.rustcdc.source.sqlserver.TuningProfile;
import io.rustcdc.test.databases.sqlserver.SqlServerStandIn;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Follows the page on SQL Server on the stand-in, with its T-SQL from top to bottom while a source runs. What only the real server can
 * run is compared with what the code asks for.
 */
class SqlServerPageTests {

    private static final Page PAGE = Page.named("docs/sqlserver.md");
    private static final Pattern QUERY = Pattern.compile("\\s*SELECT\\b.*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private SqlServerStandIn shop;

    @BeforeEach
    void start() {
        shop = SqlServerStandIn.start();
        shop.sql("CREATE TABLE dbo.orders (id bigint PRIMARY KEY, status nvarchar(20))");
    }

    @AfterEach
    void end() {
        shop.close();
    }

    @Test
    void leadsFromTheSetUpToASecondInstanceWithoutALoss() throws Exception {
        List<CodeBlock> blocks = blocks("sqlserver");
        run(blocks.get(0));
        run(blocks.get(1));
        shop.capture();
        List<String> changes = new ArrayList<>();
        try (SourceStream stream = connector().open(StreamRequest.fresh())) {
            shop.sql("INSERT INTO dbo.orders VALUES (1, 'NEW')");
            await(stream, changes, "INSERT 1");
            for (CodeBlock block : blocks.subList(2, blocks.size())) {
                if (block.text().contains("sp_cdc_disable_table")) {
                    shop.sql("INSERT INTO dbo.orders (id, status) VALUES (2, 'BOTH')");
                    await(stream, changes, "INSERT 2");
                }
                run(block);
            }
            shop.sql("INSERT INTO dbo.orders (id, status) VALUES (3, 'LAST')");
            await(stream, changes, "INSERT 3");
        }
        assertThat(changes).containsExactly("INSERT 1", "INSERT 2", "INSERT 3");
    }

    @Test
    void grantsWhatTheSourceAsksFor() {
        shop.enable("dbo.orders");
        shop.capture();
        List<String> grants = blocks("sqlserver-only").stream()
                .flatMap(block -> statements(block).stream())
                .filter(statement -> statement.startsWith("GRANT"))
                .map(statement -> statement.replace("[cdc_user]", "[dbo]"))
                .toList();
        shop.deny("cdc.dbo_orders_CT");
        assertThat(refused().action()).contains(grants.get(0));
        shop.grant("cdc.dbo_orders_CT");
        shop.deny("dbo.orders");
        assertThat(refused().action()).contains(grants.get(1));
        assertThat(grants.subList(2, grants.size()))
                .containsExactly(
                        "GRANT VIEW DATABASE STATE TO [dbo]",
                        "GRANT VIEW SERVER STATE TO [dbo]",
                        "GRANT SELECT ON [dbo].[cdc_jobs] TO [dbo]");
    }

    private SourceException refused() {
        return org.assertj.core.api.Assertions.catchThrowableOfType(
                SourceException.class,
                () -> connector().open(StreamRequest.fresh().readingRows()).close());
    }

    @Test
    void namesTheProcedureCallsThatHealthNames() {
        shop.enable("dbo.orders");
        shop.capture();
        shop.agent().service(false);
        try (SourceInspector inspector = connector().inspector()) {
            String action = inspector.inspect(true).warnings().get(0).action();
            assertThat(action).contains("EXEC sys.sp_cdc_start_job @job_type = N'capture'");
        }
        assertThat(text()).contains("EXEC sys.sp_cdc_start_job @job_type = N'capture';");
    }

    @Test
    void listsTheProfilesAsTheyAre() {
        for (TuningProfile profile : TuningProfile.values()) {
            Duration interval = profile.streamPollInterval();
            String line = "| `%s`%s | %s | %d | %d |"
                    .formatted(
                            profile.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                            profile == TuningProfile.BALANCED ? " (default)" : "",
                            interval.toMillis() < 1000 ? interval.toMillis() + " ms" : interval.toSeconds() + " s",
                            profile.maxEventsPerPoll(),
                            profile.prereqPoolSize());
            assertThat(PAGE.prose()).anyMatch(row -> row.startsWith(line));
        }
    }

    @Test
    void saysOfEachBlockWhereItRuns() {
        assertThat(PAGE.blocksIn("sql"))
                .hasSizeGreaterThan(10)
                .allSatisfy(block ->
                        assertThat(block.attribute("on")).as(block.where()).isIn("sqlserver", "sqlserver-only"));
    }

    @Test
    void refusesAProcedureThatDoesNotExist() {
        CodeBlock wrong =
                new CodeBlock("page.md", 1, "sql", "EXEC sys.sp_cdc_cleanup_change_tables @capture_instance = N'x';\n");

        assertThatThrownBy(() -> run(wrong)).cause().hasMessageContaining("sp_cdc_cleanup_change_tables");
    }

    private SqlServerConnector connector() {
        return new SqlServerConnector(
                SqlServerOptions.builder("shop")
                        .database(shop.name())
                        .credentials(() -> new Credentials("cdc_user", "change-me"))
                        .transport(Transport.plaintext())
                        .streamPollInterval(Duration.ofMillis(20))
                        .tables(TableFilter.of("dbo.orders"))
                        .build(),
                shop.connections());
    }

    private static void await(SourceStream stream, List<String> changes, String last) {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!changes.contains(last)) {
            assertThat(System.nanoTime()).as("%s after %s", last, changes).isLessThan(deadline);
            stream.read(new Taking(changes), Duration.ofMillis(50));
        }
    }

    /** Keeps the operation and id of each row. */
    private record Taking(List<String> changes) implements ChangeSink {

        @Override
        public boolean hasRoom() {
            return true;
        }

        @Override
        public void change(ChangeEvent<Row> event, int bytes) {
            changes.add(event.operation() + " " + event.afterRow().get("id"));
        }

        @Override
        public void schema(io.rustcdc.schema.AcknowledgedSchema schema) {}

        @Override
        public void schemaChange(ChangeEvent<Row> event, io.rustcdc.schema.AcknowledgedSchema schema, int bytes) {}

        @Override
        public void commit(io.rustcdc.event.Offset end, java.time.Instant commitTime) {}

        @Override
        public void idle(io.rustcdc.event.Offset position) {}
    }

    private static List<CodeBlock> blocks(String on) {
        return PAGE.blocksIn("sql").stream()
                .filter(block -> block.attribute("on").equals(on))
                .toList();
    }

    private static List<String> statements(CodeBlock block) {
        return Stream.of(block.text().split(";\\s*\n"))
                .map(String::strip)
                .filter(statement -> !statement.isEmpty())
                .toList();
    }

    private static String text() {
        return String.join("\n", PAGE.blocks().stream().map(CodeBlock::text).toList());
    }

    /** A stand-in has one database, which it is in. */
    private void run(CodeBlock block) throws SQLException {
        for (String statement : statements(block)) {
            if (statement.startsWith("USE ")) {
                continue;
            }
            if (QUERY.matcher(statement).matches()) {
                assertThat(shop.query(statement)).as(statement).isNotNull();
            } else if (statement.startsWith("DROP TRIGGER")) {
                try (Connection connection = shop.connect();
                        Statement call = connection.createStatement()) {
                    call.execute(statement);
                }
            } else {
                shop.sql(statement);
            }
        }
    }
}
