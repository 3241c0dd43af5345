package io.rustcdc.sample.shop;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Compares the read model with the table while nothing is written. Thread-safe; one comparison at a time. */
@Component
public class ReadModelCheck {

    private static final Duration POLL_INTERVAL = Duration.ofMillis(50);

    private final JdbcClient jdbc;
    private final OrderWriter writer;

    ReadModelCheck(JdbcClient jdbc, OrderWriter writer) {
        this.jdbc = jdbc;
        this.writer = writer;
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

    /** In one statement, so that both sides are of the same moment. */
    private Comparison compareNow() {
        return jdbc.sql("""
                        WITH source AS (SELECT id, md5(o::text) AS hash FROM orders o),
                             copy AS (SELECT id, md5(s::text) AS hash FROM reporting.order_summary s)
                        SELECT (SELECT count(*) FROM source),
                               (SELECT count(*) FROM copy),
                               (SELECT md5(coalesce(string_agg(hash, '' ORDER BY id), '')) FROM source),
                               (SELECT md5(coalesce(string_agg(hash, '' ORDER BY id), '')) FROM copy),
                               (SELECT array_agg(id) FROM (
                                    SELECT id FROM source FULL JOIN copy USING (id)
                                    WHERE source.hash IS DISTINCT FROM copy.hash ORDER BY id LIMIT 5) AS differing)
                        """)
                .query((row, index) -> {
                    java.sql.Array differing = row.getArray(5);
                    return new Comparison(
                            row.getString(3).equals(row.getString(4)),
                            row.getLong(1),
                            row.getLong(2),
                            row.getString(3),
                            row.getString(4),
                            differing == null ? List.of() : List.of((Long[]) differing.getArray()));
                })
                .single();
    }
}
