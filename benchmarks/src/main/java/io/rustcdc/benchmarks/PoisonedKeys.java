package io.rustcdc.benchmarks;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A steady load on many rows, of which one in a hundred cannot be handled for the first half: each of its changes costs retries, and goes to
 * the dead letters in the database. Then they can, and are replayed while the load goes on. Measures how long the
 * changes of all other rows take meanwhile, and looks that nothing was lost, doubled or out of its row's order.
 */
public final class PoisonedKeys {

    static final String USAGE = """
            Measures what rows that cannot be handled cost all others.

            --runs N      runs of each number of lanes, interleaved (3)
            --changes N   of a run (20000)
            --rate N      changes each second (1000)
            --rows N      that they are spread over (2000)
            --lanes N     beside one (8)
            --json FILE   all results (poisoned-keys.json)
            """;

    /** What is measured. */
    record Options(int runs, int changes, int rate, int rows, int lanes, Path json) implements Results.Asked {

        static Options parse(String... commandLine) {
            Arguments arguments = Arguments.of(commandLine);
            Options options = new Options(
                    arguments.number("--runs", 3, 1),
                    arguments.number("--changes", 20_000, 2),
                    arguments.number("--rate", 1000, 1),
                    arguments.number("--rows", 2000, 100),
                    arguments.number("--lanes", 8, 2),
                    Path.of(arguments.text("--json", "poisoned-keys.json")));
            arguments.requireNoOther();
            return options;
        }
    }

    /**
     * One run.
     *
     * @param parked letters at the time when the rows could be handled again
     * @param replayed letters in all, with those that came while others were replayed
     * @param left letters in the end
     * @param handled changes in all
     * @param inOrder whether each row's changes were handled once each, in the order of their commits
     * @param othersDelay from the return of the commit to the listener's call, of all rows that could be handled
     */
    record Run(
            int lanes,
            int number,
            long parked,
            long replayed,
            long left,
            int handled,
            boolean inOrder,
            Percentiles othersDelay) {

        String text() {
            return String.format(
                    Locale.ROOT,
                    "lanes %d, run %d: others %s; %d handled, %s; %d letters when mended, %d replayed, %d left%n",
                    lanes,
                    number,
                    othersDelay,
                    handled,
                    inOrder ? "each row in order" : "NOT IN ORDER",
                    parked,
                    replayed,
                    left);
        }
    }

    /** All runs. */
    record Report(Options options, List<Run> runs) implements Results {

        @Override
        public String text() {
            StringBuilder text = new StringBuilder();
            runs.forEach(run -> text.append(run.text()));
            return text.toString();
        }
    }

    private PoisonedKeys() {}

    /** See {@link #USAGE}. */
    public static void main(String[] arguments) throws Exception {
        Results.main(USAGE, () -> Options.parse(arguments), PoisonedKeys::run);
    }

    static Report run(Options options) throws Exception {
        try (PostgresBenchmarkServer server = new PostgresBenchmarkServer()) {
            List<Run> runs = new ArrayList<>();
            for (int number = 1; number <= options.runs(); number++) {
                for (int lanes : new int[] {1, options.lanes()}) {
                    Run run = run(server, options, lanes, number);
                    System.err.print(run.text());
                    runs.add(run);
                }
            }
            return new Report(options, runs);
        }
    }

    private static Run run(PostgresBenchmarkServer server, Options options, int lanes, int number)
            throws IOException, SQLException, InterruptedException {
        String table = "poisoned_%d_%d".formatted(lanes, number);
        server.createRows(table, options.rows());
        PostgresTarget target = server.target(table);
        try (HikariDataSource letters = pool(target);
                PoisonedLoad load = new PoisonedLoad(target, letters, options, lanes)) {
            return load.run(number);
        } finally {
            server.forget(target);
        }
    }

    private static HikariDataSource pool(PostgresTarget target) {
        HikariDataSource pool = new HikariDataSource();
        pool.setJdbcUrl(target.url());
        pool.setUsername(PostgresTarget.USER);
        return pool;
    }
}
