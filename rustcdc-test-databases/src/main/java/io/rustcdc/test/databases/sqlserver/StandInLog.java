package io.rustcdc.test.databases.sqlserver;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The transaction log: what writers have committed and the agent has not copied yet, in the order of the commits. */
final class StandInLog {

    private static final Map<String, StandInLog> byDatabase = new ConcurrentHashMap<>();

    private final Supplier<Instant> now;
    private final AtomicLong records = new AtomicLong(1000);
    private final Map<Integer, Open> open = new ConcurrentHashMap<>();
    private final Deque<Entry> entries = new ArrayDeque<>();
    private volatile Audit audit = (number, changes) -> {};

    /** One committed transaction of the log. */
    interface Entry {

        /** The number of its commit record. */
        long number();

        Instant time();
    }

    /** Changes of rows. */
    record Commit(long number, Instant begin, Instant time, List<StandInChange> changes) implements Entry {}

    /** What else the agent learns from the log: that a table was enabled, or changed its shape. */
    record Event(long number, Instant time, CaptureStep step) implements Entry {}

    /** Does with the change tables what an event demands. */
    @FunctionalInterface
    interface CaptureStep {

        /** @param number of the commit record */
        void apply(java.sql.Connection connection, long number) throws SQLException;
    }

    /** Hears of each transaction that was committed, in the order of the commits. */
    @FunctionalInterface
    interface Audit {

        void committed(long number, List<StandInChange> changes);
    }

    /** What ends a transaction in the tables themselves. */
    @FunctionalInterface
    interface TableCommit {

        void run() throws SQLException;
    }

    StandInLog(String database, Supplier<Instant> now) {
        this.now = now;
        byDatabase.put(database, this);
    }

    static StandInLog of(String database) {
        StandInLog log = byDatabase.get(database);
        if (log == null) {
            throw new IllegalStateException("There is no stand-in for SQL Server with the database " + database);
        }
        return log;
    }

    static void forget(String database) {
        byDatabase.remove(database);
    }

    /** From here on, changes of rows by this session of H2 belong to a transaction. */
    void begin(int session) {
        open.put(session, new Open(now.get()));
    }

    Open transaction(int session) {
        Open transaction = open.get(session);
        if (transaction == null) {
            throw new IllegalStateException(
                    "A captured table was written outside of the log: use sql() or transaction() of the database");
        }
        return transaction;
    }

    long nextRecord() {
        return records.incrementAndGet();
    }

    /** The newest record of the log, whether copied or not. */
    long lastRecord() {
        return records.get();
    }

    /** Writes the commit record and then makes the changes visible; so the log knows of whatever can be seen. */
    void commit(int session, TableCommit tables) throws SQLException {
        synchronized (entries) {
            Open transaction = transaction(session);
            long number = nextRecord();
            tables.run();
            open.remove(session);
            if (!transaction.changes.isEmpty()) {
                entries.add(new Commit(number, transaction.begin, now.get(), List.copyOf(transaction.changes)));
                audit.committed(number, transaction.changes);
            }
        }
    }

    void audit(Audit observer) {
        audit = observer;
    }

    void rollback(int session) {
        open.remove(session);
    }

    /** Logs a transaction without changes of rows; returns the number of its commit record. */
    long append(CaptureStep step) {
        synchronized (entries) {
            long number = nextRecord();
            entries.add(new Event(number, now.get(), step));
            return number;
        }
    }

    /** The oldest entries that were committed until then. */
    List<Entry> oldest(int most, Instant until) {
        synchronized (entries) {
            return entries.stream()
                    .limit(most)
                    .takeWhile(entry -> !entry.time().isAfter(until))
                    .toList();
        }
    }

    void removeOldest(int count) {
        synchronized (entries) {
            for (int i = 0; i < count; i++) {
                entries.remove();
            }
        }
    }

    /** The oldest entry that was not copied; null if there is none. */
    @Nullable
    Entry first() {
        synchronized (entries) {
            return entries.peek();
        }
    }

    /** The transaction of one session. */
    final class Open {

        private final Instant begin;
        private final List<StandInChange> changes = new ArrayList<>();
        private final List<StandInChange> statement = new ArrayList<>();

        private Open(Instant begin) {
            this.begin = begin;
        }

        void add(StandInChange change) {
            statement.add(change);
        }

        /** Forgets what a failed statement did. */
        void statementFailed() {
            statement.clear();
        }

        /** A statement that gives several rows new keys removes all of the old ones before it inserts the new ones. */
        void statementEnded() {
            List<StandInChange> rows = new ArrayList<>(statement);
            statement.clear();
            long moved = rows.stream()
                    .filter(change -> change.operation() == StandInChange.DELETE)
                    .count();
            if (moved > 1 && moved < rows.size()) {
                rows.sort(java.util.Comparator.comparingInt(StandInChange::operation));
                rows.replaceAll(change -> change.at(nextRecord()));
            }
            changes.addAll(rows);
        }
    }
}
