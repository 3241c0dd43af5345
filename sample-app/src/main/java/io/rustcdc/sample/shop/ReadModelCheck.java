package io.rustcdc.sample.shop;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.DigestUtils;

/** Compares the read model with the table while nothing is written. Thread-safe; one comparison at a time. */
@Component
public class ReadModelCheck {

    private static final Duration POLL_INTERVAL = Duration.ofMillis(50);
    private static final int SHOWN = 5;

    private final JdbcClient jdbc;
    private final OrderWriter writer;
    private final TransactionTemplate snapshot;

    ReadModelCheck(JdbcClient jdbc, OrderWriter writer, PlatformTransactionManager transactions) {
        this.jdbc = jdbc;
        this.writer = writer;
        this.snapshot = new TransactionTemplate(transactions);
        snapshot.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
        snapshot.setReadOnly(true);
    }

    /** Holds the writer, and gives the changes under way this long to arrive. */
    public Comparison compare(Duration patience) {
        return writer.holdWhile(() -> {
            long start = System.nanoTime();
            Comparison comparison = compareNow();
            while (!comparison.equal() && System.nanoTime() - start < patience.toNanos()) {
                LockSupport.parkNanos(POLL_INTERVAL.toNanos());
                comparison = compareNow();
            }
            return comparison;
        });
    }

    /** In one snapshot of the database, so that both sides are of the same moment. */
    private Comparison compareNow() {
        return Objects.requireNonNull(snapshot.execute(transaction -> {
            SortedMap<Long, String> orders = rows("orders");
            SortedMap<Long, String> summaries = rows("reporting.order_summary");
            SortedSet<Long> ids = new TreeSet<>(orders.keySet());
            ids.addAll(summaries.keySet());
            List<Long> differing = ids.stream()
                    .filter(id -> !Objects.equals(orders.get(id), summaries.get(id)))
                    .limit(SHOWN)
                    .toList();
            return new Comparison(
                    differing.isEmpty(),
                    orders.size(),
                    summaries.size(),
                    hash(orders.values()),
                    hash(summaries.values()),
                    differing);
        }));
    }

    /** A hash of each row, over all of its columns as the database shows them. */
    private SortedMap<Long, String> rows(String table) {
        SortedMap<Long, String> rows = new TreeMap<>();
        jdbc.sql("SELECT * FROM " + table).query(row -> {
            List<String> columns = new ArrayList<>();
            for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                columns.add(String.valueOf(row.getString(i)));
            }
            rows.put(row.getLong("id"), hash(columns));
        });
        return rows;
    }

    private static String hash(Collection<String> texts) {
        return DigestUtils.md5DigestAsHex(String.join("\n", texts).getBytes(StandardCharsets.UTF_8));
    }
}
