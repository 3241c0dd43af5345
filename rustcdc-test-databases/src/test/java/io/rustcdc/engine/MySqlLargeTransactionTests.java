package io.rustcdc.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.source.SourceArguments;
import io.rustcdc.source.mysql.Flavor;
import io.rustcdc.test.databases.JavaProcess;
import io.rustcdc.test.databases.MySqlServer;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One transaction with far more rows than the heap could hold, through a process that is killed in its middle. */
class MySqlLargeTransactionTests extends MySqlEngineFixture {

    private static final Logger logger = LoggerFactory.getLogger(MySqlLargeTransactionTests.class);
    private static final Pattern LAST =
            Pattern.compile(LimitedProcess.LAST + "(\\d+) after (\\d+) rows, (\\d+) jumps, (\\d+) MB");
    private static final Pattern MEGABYTES = Pattern.compile(", (\\d+) MB");

    /** The largest batch: what is not acknowledged at a kill. */
    private static final int WINDOW = 16_384;

    @ParameterizedTest
    @CsvSource({"MYSQL_BY_GTID, false", "MYSQL_BY_FILE, true", "MARIADB_BY_GTID, true", "MARIADB_BY_FILE, false"})
    @Timeout(240)
    @DisplayName(
            "MY-01: 300,000 rows in one transaction, compressed or not, pass through -Xmx64m, also when the process is killed in the middle")
    void passesThroughASmallHeap(BinlogMode mode, boolean compressed) throws Exception {
        passes(mode, compressed, 300_000, "64m", Duration.ofSeconds(180));
    }

    @ParameterizedTest
    @CsvSource({"MYSQL_BY_GTID, false", "MARIADB_BY_FILE, false", "MYSQL_BY_GTID, true"})
    @Tag("long")
    @Timeout(1800)
    @DisplayName(
            "5,000,000 rows in one transaction, compressed or not, pass through -Xmx256m, also when the process is killed in the middle")
    void passesThroughAnApplicationsHeap(BinlogMode mode, boolean compressed) throws Exception {
        passes(mode, compressed, 5_000_000, "256m", Duration.ofSeconds(900));
    }

    private void passes(BinlogMode mode, boolean compressed, int rows, String heap, Duration patience)
            throws Exception {
        try (MySqlServer own = MySqlServer.builder(mode.flavor())
                .options(
                        (mode.flavor() == Flavor.MYSQL ? "binlog-transaction-compression=" : "log-bin-compress=")
                                + (compressed ? "ON" : "OFF"),
                        "binlog-row-metadata=FULL",
                        "innodb-buffer-pool-size=128M",
                        "loose-innodb-redo-log-capacity=256M")
                .start()) {
            use(mode, own);
            own.createCdcUser(SourceArguments.USER, SourceArguments.PASSWORD);
            passes(rows, heap, patience);
        }
        database = null;
    }

    private void passes(int rows, String heap, Duration patience) throws Exception {
        long reached;
        long began = System.nanoTime();
        try (JavaProcess first = start(heap)) {
            first.awaitAnswer(LimitedProcess.STARTED::equals, patience);
            insert(1, rows, "a note of some length, so that there is something to hold");
            logger.info("{}: {} rows written in {} ms", mode, rows, millisSince(began));
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
        SourceArguments source =
                SourceArguments.mysql(mode.flavor(), server().port(), database.name(), List.of("orders"), mode.gtids());
        return LimitedProcess.start(directory, heap, source, false);
    }

    private static long millisSince(long began) {
        return (System.nanoTime() - began) / 1_000_000;
    }
}
