package io.rustcdc.test.databases.sqlserver;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * The agent's capture job: copies what was committed into the change tables, a scan in a transaction of its own. It can lag, and
 * be stopped. Whoever changes the definitions of tables holds its monitor. Thread-safe.
 */
public final class StandInAgent implements AutoCloseable {

    private static final int TRANSACTIONS_OF_A_SCAN = 500;
    private static final Duration PAUSE = Duration.ofMillis(20);

    private final SqlServerStandIn database;
    private final StandInLog log;
    private final StandInChangeTables tables;
    private final Thread job;
    private Duration lag = Duration.ZERO;
    private boolean running = true;
    private boolean closed;

    StandInAgent(SqlServerStandIn database, StandInLog log, StandInChangeTables tables) {
        this.database = database;
        this.log = log;
        this.tables = tables;
        this.job = new Thread(this::work, "stand-in-agent-" + database.name());
        job.setDaemon(true);
    }

    void begin() {
        job.start();
    }

    /** The capture job runs, which is how it begins. */
    public synchronized void start() {
        running = true;
        tables.describeJob(true);
        notifyAll();
    }

    /** The capture job is stopped; the service of the agent itself still runs. Returns when no scan is under way. */
    public synchronized void stop() {
        running = false;
        tables.describeJob(false);
    }

    /** From now on the job copies only what was committed so long ago. */
    public synchronized void lag(Duration behind) {
        lag = behind;
        notifyAll();
    }

    /** Stops or starts the service of the agent, and its jobs with it. */
    public synchronized void service(boolean runs) {
        tables.describeService(runs);
        if (runs) {
            start();
        } else {
            stop();
        }
    }

    /** Copies all that is committed, also while the job is stopped or lags. */
    public synchronized void captureAll() {
        while (scan(TRANSACTIONS_OF_A_SCAN, Instant.MAX) > 0) {
            // the next ones
        }
    }

    /** Copies the oldest transactions that were not copied, also while the job is stopped; returns how many there were. */
    public synchronized int scan(int most) {
        return scan(most, Instant.MAX);
    }

    /** What the server does after five minutes in which nothing was to be captured: it notes that it has got so far. */
    public synchronized void noteQuiet() {
        captureAll();
        try (Connection connection = database.internal()) {
            tables.noteTime(connection, StandInLsn.of(log.nextRecord()), database.now(), database.now(), new byte[10]);
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot note that nothing has happened", e);
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        try {
            job.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized int scan(int most, Instant until) {
        List<StandInLog.Entry> entries = log.oldest(most, until);
        if (entries.isEmpty()) {
            return 0;
        }
        try (Connection connection = database.internal()) {
            connection.setAutoCommit(false);
            for (StandInLog.Entry entry : entries) {
                tables.capture(connection, entry);
            }
            tables.describeScan(connection, entries.get(entries.size() - 1), entries.size());
            connection.commit();
        } catch (SQLException e) {
            throw new IllegalStateException("The stand-in cannot copy changes", e);
        }
        log.removeOldest(entries.size());
        return entries.size();
    }

    /** Waits after each scan, so that others get at the monitor. */
    private synchronized void work() {
        try {
            while (!closed) {
                if (!running) {
                    wait();
                } else if (scan(TRANSACTIONS_OF_A_SCAN, database.now().minus(lag)) > 0) {
                    wait(1);
                } else {
                    if (log.first() == null) {
                        tables.describeEmptyScan();
                    }
                    wait(PAUSE.toMillis());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
