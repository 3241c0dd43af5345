package io.rustcdc.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.test.databases.JavaProcess;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One transaction with far more rows than the heap could hold, through a process that is killed in its middle. */
class LargeTransactionTests extends EngineFixture {

    private static final Logger logger = LoggerFactory.getLogger(LargeTransactionTests.class);
    private static final Pattern LAST =
            Pattern.compile(LimitedProcess.LAST + "(\\d+) after (\\d+) rows, (\\d+) jumps, (\\d+) MB");
    private static final Pattern MEGABYTES = Pattern.compile(", (\\d+) MB");

    /** The largest batch: what is not acknowledged at a kill. */
    private static final int WINDOW = 16_384;

    @Test
    @Timeout(180)
    @DisplayName("300,000 rows in one transaction pass through -Xmx64m, also when the process is killed in the middle")
    void passesThroughASmallHeap() throws Exception {
        passes(300_000, "64m", Duration.ofSeconds(120));
    }

    @Test
    @Tag("long")
    @Timeout(1800)
    @DisplayName(
            "5,000,000 rows in one transaction pass through -Xmx256m, also when the process is killed in the middle")
    void passesThroughAnApplicationsHeap() throws Exception {
        passes(5_000_000, "256m", Duration.ofSeconds(900));
    }

    private void passes(int rows, String heap, Duration patience) throws Exception {
        database.sql("ALTER ROLE postgres IN DATABASE %s SET wal_sender_timeout = '10s'".formatted(database.name()));
        long reached;
        long began = System.nanoTime();
        try (JavaProcess first = start(heap)) {
            first.awaitAnswer(LimitedProcess.STARTED::equals, patience);
            database.sql("INSERT INTO orders SELECT i, 'a note of some length ' || i FROM generate_series(1, %d) i"
                    .formatted(rows));
            logger.info("{} rows written in {} ms", rows, millisSince(began));
            first.awaitAnswer((LimitedProcess.ROWS + "from 1")::equals, patience);
            reached = (long) rows / 2 / 100_000 * 100_000;
            String half = LimitedProcess.ROWS + reached + ",";
            first.awaitAnswer(answer -> answer.startsWith(half), patience);
            first.kill();
            assertThat(first.answers()).noneMatch(answer -> answer.startsWith(LimitedProcess.RECONNECTING));
            requireFlatHeap(first.answers());
        }
        began = System.nanoTime();
        try (JavaProcess second = start(heap)) {
            String from = second.awaitAnswer(answer -> answer.startsWith(LimitedProcess.ROWS), patience);
            logger.info("killed at {}, resumed with {} after {} ms", reached, from, millisSince(began));
            long resumed = Long.parseLong(from.substring((LimitedProcess.ROWS + "from ").length()));
            assertThat(resumed).isGreaterThan(reached - WINDOW);
            began = System.nanoTime();
            Matcher last = LAST.matcher(second.awaitAnswer(answer -> answer.startsWith(LimitedProcess.LAST), patience));
            assertThat(last.matches()).isTrue();
            logger.info("{} in {} ms; live heap {}", last.group(), millisSince(began), second.answers());
            assertThat(last.group(1)).isEqualTo(Integer.toString(rows));
            assertThat(last.group(2)).isEqualTo(Long.toString(rows - resumed + 1));
            assertThat(last.group(3)).as("jumps in the order of the rows").isEqualTo("0");
            requireFlatHeap(second.answers());
            assertThat(second.answers())
                    .filteredOn(answer -> answer.startsWith(LimitedProcess.RECONNECTING))
                    .allSatisfy(answer -> assertThat(answer).contains("is in use"));
            second.tell("stop");
            assertThat(second.awaitEnd(patience)).isZero();
        }
    }

    /** What is in use does not depend on how many rows have passed: the queue's 16 MB and the program. */
    private static void requireFlatHeap(List<String> answers) {
        assertThat(answers.stream()
                        .map(MEGABYTES::matcher)
                        .filter(Matcher::find)
                        .map(found -> Integer.parseInt(found.group(1))))
                .isNotEmpty()
                .allMatch(megabytes -> megabytes < 32);
    }

    private JavaProcess start(String heap) {
        return LimitedProcess.start(directory, heap, server().port(), database.name(), false);
    }

    private static long millisSince(long began) {
        return (System.nanoTime() - began) / 1_000_000;
    }
}
