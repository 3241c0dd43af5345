package io.rustcdc.checkpoint.jdbc;

import io.rustcdc.checkpoint.LeaseLostException;
import io.rustcdc.checkpoint.Wish;
import io.rustcdc.checkpoint.jdbc.LeaseTable.Availability;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The leases of this process, over one connection, and the thread that gives the signs of life for all of them. Thread-safe. */
final class Leases {

    private static final Logger logger = LoggerFactory.getLogger(Leases.class);

    private static final int MOST_PASSES = 3;
    private static final Duration LONGEST_BEAT = Duration.ofSeconds(2);
    private static final Duration SHORTEST_ANSWER = Duration.ofSeconds(2);
    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(5);

    private final Duration duration;
    private final LeaseTable table;
    private final LeaseConnection connection;
    private final Set<HeldLease> held = ConcurrentHashMap.newKeySet();
    private final ScheduledThreadPoolExecutor beats;
    private boolean beating;
    private volatile boolean failing;

    Leases(JdbcOptions options, DataSource source) {
        this.duration = options.leaseDuration();
        this.table = new LeaseTable(options);
        Duration third = duration.dividedBy(3);
        this.connection = new LeaseConnection(source, third.compareTo(SHORTEST_ANSWER) > 0 ? third : SHORTEST_ANSWER);
        this.beats = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "rustcdc-lease");
            thread.setDaemon(true);
            return thread;
        });
    }

    LeaseConnection connection() {
        return connection;
    }

    /**
     * Wins a lease and keeps it alive; empty if it is another one's. A process that owns sources already lets some looks pass
     * before it takes one that has expired, so that those of an instance which died are spread over the others.
     *
     * @param passed how many looks were let pass since the lease was seen to be expired
     */
    Optional<HeldLease> acquire(String source, String owner, AtomicInteger passed) throws SQLException {
        Availability seen = connection.call((sql, dialect) -> table.look(sql, dialect, source, owner));
        if (seen != Availability.EXPIRED) {
            passed.set(0);
        }
        if (seen == Availability.OWNED
                || (seen == Availability.EXPIRED && passed.getAndIncrement() < Math.min(held.size(), MOST_PASSES))) {
            return Optional.empty();
        }
        long askedAt = System.nanoTime();
        Optional<HeldLease> won = connection
                .call((sql, dialect) -> table.acquire(sql, dialect, source, owner))
                .map(lease -> new HeldLease(source, owner, lease, askedAt));
        if (won.isPresent()) {
            held.add(won.get());
            beat();
        }
        return won;
    }

    Optional<String> owner(String source) throws SQLException {
        return connection.call((sql, dialect) -> table.owner(sql, source));
    }

    private synchronized void beat() {
        if (!beating) {
            beating = true;
            Duration fifth = duration.dividedBy(5);
            long interval = (fifth.compareTo(LONGEST_BEAT) < 0 ? fifth : LONGEST_BEAT).toNanos();
            // A beat that is late, because the process was frozen, is not made up for.
            ScheduledFuture<?> unused =
                    beats.scheduleWithFixedDelay(this::renewAll, interval, interval, TimeUnit.NANOSECONDS);
        }
    }

    private void renewAll() {
        for (HeldLease lease : held) {
            if (beats.isShutdown()) {
                return;
            }
            try {
                renew(lease);
                failing = false;
            } catch (SQLException e) {
                if (!failing) {
                    failing = true;
                    logger.warn(
                            "The lease of source '{}' could not be renewed; another instance may take over once it has expired, {} ms after the last sign of life: {}",
                            lease.source(),
                            duration.toMillis(),
                            e.getMessage());
                }
                logger.debug("The lease of source '{}' could not be renewed", lease.source(), e);
                return; // the connection is gone, for the other leases too
            } catch (RuntimeException e) {
                // An exception would end the signs of life for good.
                logger.error("The lease of source '{}' could not be renewed", lease.source(), e);
            }
        }
    }

    /** Gives a sign of life and looks at the wish. */
    private void renew(HeldLease lease) throws SQLException {
        connection.call((sql, dialect) -> {
            long askedAt = System.nanoTime();
            if (table.renew(sql, dialect, lease)) {
                lease.confirmed(askedAt);
                table.wish(sql, lease.source()).ifPresent(lease::wish);
            } else {
                lost(lease);
            }
            return lease;
        });
    }

    private void lost(HeldLease lease) {
        if (held.remove(lease)) {
            lease.lost();
            logger.warn(
                    "The lease of source '{}' is another instance's now: this one gave no sign of life for more than {} ms",
                    lease.source(),
                    duration.toMillis());
        }
    }

    /**
     * @throws LeaseLostException if it is another one's
     * @throws SQLException if it may be, and the database does not answer
     */
    void confirm(HeldLease lease) throws SQLException {
        if (!lease.isCertain(duration) && !lease.isLost()) {
            renew(lease);
        }
        if (lease.isLost()) {
            throw lostException(lease.source());
        }
    }

    LeaseLostException lostException(String source) {
        return new LeaseLostException(
                "The lease of source '%s' is another instance's now".formatted(source),
                "Nothing was saved. The other instance goes on; this one waits until it can take over again.");
    }

    /** A save found the token of a later lease. */
    LeaseLostException foundLost(HeldLease lease) {
        lost(lease);
        return lostException(lease.source());
    }

    void release(HeldLease lease) {
        if (!held.remove(lease)) {
            return;
        }
        try {
            connection.call((sql, dialect) -> {
                table.release(sql, dialect, lease);
                return lease;
            });
        } catch (SQLException | RuntimeException e) {
            logger.warn(
                    "The lease of source '{}' could not be given back; it ends by itself after {} ms: {}",
                    lease.source(),
                    duration.toMillis(),
                    e.getMessage());
        }
    }

    Wish wish(String source) throws SQLException {
        return connection.call((sql, dialect) -> table.wish(sql, source)).orElse(Wish.RUN);
    }

    boolean wish(String source, LeaseTable.Change change) throws SQLException {
        boolean changed = connection.call((sql, dialect) -> table.wish(sql, dialect, source, change));
        if (changed) {
            held.stream().filter(lease -> lease.source().equals(source)).forEach(lease -> lease.wish(change.to()));
        }
        return changed;
    }

    /** No sign of life is given after this, so none keeps a lease or opens a connection that nobody closes. */
    void close() {
        beats.shutdown(); // without an interrupt, which H2 would close its file for
        try {
            if (!beats.awaitTermination(LONGEST_CLOSE.toNanos(), TimeUnit.NANOSECONDS)) {
                logger.debug("A sign of life is still under way");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        connection.close();
    }
}
