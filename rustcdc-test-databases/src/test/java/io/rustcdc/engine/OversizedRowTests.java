package io.rustcdc.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.CdcEngine;
import io.rustcdc.event.FailureKind;
import io.rustcdc.observe.EngineState;
import io.rustcdc.test.databases.JavaProcess;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rows that are too large for the server's messages or for our heap: the end, said clearly, never a loop or a dead process. */
@Timeout(180)
class OversizedRowTests extends EngineFixture {

    private static final Pattern COMMIT = Pattern.compile("commits at [0-9A-F]+/[0-9A-F]{8}");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    @Tag("long")
    @DisplayName(
            "A bytea of 600 MB, 1.2 GB as text: terminal, with the LSN and the limit; the advised way leads past it")
    void beyondTheServersLimit() {
        database.sql("ALTER TABLE orders ADD COLUMN image bytea");
        CdcEngine engine = engine();
        engine.start();
        insert(1, 1);
        awaitDelivered(1);
        awaitSaved(engine);
        database.sql("INSERT INTO orders VALUES (2, 'n', convert_to(repeat('x', 600000000), 'UTF8'))");
        awaitState(engine, EngineState.FAILED);
        engine.stop();

        assertThat(engine.status().health().reason())
                .contains("1 GB")
                .containsPattern(COMMIT)
                .contains("invalid memory alloc request size");
        Matcher command = Pattern.compile("SELECT pg_replication_slot_advance\\([^;]*;")
                .matcher(engine.status().health().action());
        assertThat(command.find()).isTrue();
        database.sql(command.group());
        insert(3, 3);
        engine.start();
        awaitState(engine, EngineState.FAILED);
        engine.acceptGap("test");
        awaitDelivered(2);
        assertThat(delivered).containsExactly("1", "3");
    }

    @Test
    @DisplayName(
            "A row of 120 MB and a heap of 64 MB: terminal, with the LSN, the size and the heap; the process lives")
    void beyondOurHeap() throws Exception {
        try (JavaProcess process = LimitedProcess.start(directory, "64m", server().port(), database.name(), false)) {
            process.awaitAnswer(LimitedProcess.STARTED::equals, PATIENCE);
            database.sql("INSERT INTO orders SELECT 1, repeat('x', 120000000)");
            String failure = process.awaitAnswer(answer -> answer.startsWith(LimitedProcess.FAILED), PATIENCE);
            assertThat(failure)
                    .contains(FailureKind.TERMINAL.name(), "its message has 1200000", "at most 61 MB", "-Xmx");
            assertThat(failure).containsPattern("after LSN 0/0*[1-9A-F]").containsPattern(COMMIT);
            process.tell("state");
            process.awaitAnswer("state FAILED"::equals, PATIENCE);
            assertThat(process.answers()).noneMatch(answer -> answer.startsWith(LimitedProcess.RECONNECTING));
            process.tell("stop");
            assertThat(process.awaitEnd(PATIENCE)).isZero();
        }
    }

    @Test
    @DisplayName("A row that fits, but not once more as a value: the listener's failure")
    void beyondOurHeapInTheListener() throws Exception {
        try (JavaProcess process = LimitedProcess.start(directory, "64m", server().port(), database.name(), true)) {
            process.awaitAnswer(LimitedProcess.STARTED::equals, PATIENCE);
            database.sql("INSERT INTO orders SELECT 1, repeat('x', 30000000)");
            String failure = process.awaitAnswer(answer -> answer.startsWith(LimitedProcess.FAILED), PATIENCE);
            assertThat(failure).contains("Listener 'count'", "OutOfMemoryError");
            process.tell("state");
            process.awaitAnswer("state FAILED"::equals, PATIENCE);
        }
    }
}
