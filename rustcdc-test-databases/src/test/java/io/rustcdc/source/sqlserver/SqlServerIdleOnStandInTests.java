package io.rustcdc.source.sqlserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.source.CollectingSink;
import io.rustcdc.source.SourceStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What an idle database is asked, by the statements that pass the seam. */
class SqlServerIdleOnStandInTests {

    private static final int POLLS = 50;

    @Test
    @DisplayName("300 idle tables are asked about as often as one: a constant number of statements for each look")
    void asksNoMoreOfManyIdleTables() {
        List<String> ofOne = statementsWhileIdle(1);
        List<String> ofMany = statementsWhileIdle(300);

        assertThat(ofMany).hasSameSizeAs(ofOne);
        assertThat(ofMany.size()).isLessThanOrEqualTo(4 * POLLS);
        assertThat(ofMany).noneMatch(statement -> statement.contains("_CT]"));
    }

    private static List<String> statementsWhileIdle(int tables) {
        try (SqlServerFixture fixture = new SqlServerFixture(SqlServerKind.STAND_IN)) {
            create(fixture, tables);
            try (SourceStream stream = fixture.openFresh()) {
                CollectingSink sink = new CollectingSink();
                fixture.database.sql("INSERT INTO t0 VALUES (1)");
                fixture.database.capture();
                fixture.readCommits(stream, sink, 1);
                SqlServerFixture.readIdle(stream, sink, 5);
                List<String> statements = Collections.synchronizedList(new ArrayList<>());
                fixture.standIn().onStatement(statements::add);
                int polls = 0;
                while (polls < POLLS) {
                    stream.read(sink, java.time.Duration.ofMillis(100));
                    polls = (int) statements.stream()
                            .filter(statement -> statement.contains("fn_cdc_get_max_lsn"))
                            .count();
                }
                fixture.standIn().onStatement(statement -> {});
                return List.copyOf(statements);
            }
        }
    }

    @Test
    @DisplayName("Of 300 tables only those are read that have changed")
    void readsOnlyWhatHasChanged() {
        try (SqlServerFixture fixture = new SqlServerFixture(SqlServerKind.STAND_IN)) {
            create(fixture, 300);
            try (SourceStream stream = fixture.openFresh()) {
                CollectingSink sink = new CollectingSink();
                SqlServerFixture.readIdle(stream, sink, 5);
                List<String> statements = Collections.synchronizedList(new ArrayList<>());
                fixture.standIn().onStatement(statements::add);
                fixture.database.transaction("INSERT INTO t7 VALUES (1)", "INSERT INTO t200 VALUES (1)");
                fixture.database.capture();
                fixture.readCommits(stream, sink, 1);
                fixture.standIn().onStatement(statement -> {});

                assertThat(SqlServerFixture.texts(sink.events))
                        .containsExactly("INSERT dbo.t7 {id=1}", "INSERT dbo.t200 {id=1}");
                List<String> pages = statements.stream()
                        .filter(statement -> statement.startsWith("SELECT TOP"))
                        .filter(statement -> statement.contains("_CT]"))
                        .toList();
                assertThat(pages)
                        .isNotEmpty()
                        .allMatch(page -> page.contains("[dbo_t7_CT]") || page.contains("[dbo_t200_CT]"));
            }
        }
    }

    private static void create(SqlServerFixture fixture, int tables) {
        IntStream.range(0, tables).forEach(i -> {
            fixture.database.sql("CREATE TABLE dbo.t%d (id int PRIMARY KEY)".formatted(i));
            fixture.database.enable("dbo.t" + i);
        });
        fixture.database.capture();
    }
}
