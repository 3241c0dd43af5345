package io.rustcdc.spring.transaction;

import io.rustcdc.CdcEngine;
import io.rustcdc.checkpoint.jdbc.JdbcCheckpoints;
import io.rustcdc.checkpoint.jdbc.JdbcOptions;
import io.rustcdc.delivery.Subscription;
import io.rustcdc.event.CdcException;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.Row;
import io.rustcdc.observe.EngineObserver;
import io.rustcdc.observe.EngineState;
import io.rustcdc.runtime.EngineOptions;
import io.rustcdc.snapshot.SnapshotMode;
import io.rustcdc.snapshot.SnapshotOptions;
import io.rustcdc.source.SourceConnector;
import io.rustcdc.test.databases.JavaProcess;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;

/**
 * A process that adds up the changes of {@code accounts} in {@code tally}, one increment for each change, which done twice or not at
 * all cannot be told apart from another change. The engine and Spring's transactions, without an application context.
 */
final class TallyConsumer implements EngineObserver {

    static final String STARTED = "started";

    private final JdbcTemplate jdbc;
    private final long failEvery;
    private final AtomicLong calls = new AtomicLong();

    private TallyConsumer(DataSource dataSource, long failEvery) {
        this.jdbc = new JdbcTemplate(dataSource);
        this.failEvery = failEvery;
    }

    /** Arguments: number of calls after which one fails, most changes of a batch, and those of {@link TallyDatabase}. */
    public static void main(String[] args) throws Exception {
        TallyDatabase.Place place = TallyDatabase.Place.of(List.of(args).subList(2, args.length));
        DataSource dataSource = place.pool();
        SourceConnector connector = place.connector();
        TallyConsumer consumer = new TallyConsumer(dataSource, Long.parseLong(args[0]));
        JdbcCheckpoints checkpoints = new JdbcCheckpoints(
                dataSource,
                place.dataSource(),
                new JdbcOptions(JdbcOptions.DEFAULT_TABLE_PREFIX, Duration.ofSeconds(1)));
        CdcEngine engine = CdcEngine.builder(connector)
                .checkpointStore(checkpoints.store(connector.source(), connector.offsets()))
                .options(EngineOptions.ofDefaults()
                        .withSnapshot(SnapshotOptions.ofDefaults().withMode(SnapshotMode.NEVER))
                        .withMaxEventsPerPoll(Integer.parseInt(args[1])))
                .observer(consumer)
                .transaction(new ApplicationTransaction(new JdbcTransactionManager(dataSource), dataSource, "shop"))
                .subscribe(Subscription.of("tally", (event, acknowledgment) -> consumer.add(event)))
                .build();
        engine.start();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        if (in.readLine() == null) {
            Runtime.getRuntime().halt(5); // the test is gone
        }
        engine.stop();
        checkpoints.close();
        System.exit(engine.status().state() == EngineState.STOPPED ? 0 : 4);
    }

    private void add(ChangeEvent<Row> event) {
        long before = ((Number) event.before().get("balance")).longValue();
        long after = ((Number) event.after().get("balance")).longValue();
        jdbc.update(
                "UPDATE tally SET changes = changes + 1, balance = balance + ? WHERE id = ?",
                after - before,
                event.after().get("id"));
        if (failEvery > 0 && calls.incrementAndGet() % failEvery == 0) {
            throw new IllegalStateException("now and then");
        }
    }

    @Override
    public void stateChanged(EventSource source, EngineState from, EngineState to) {
        if (to == EngineState.STREAMING) {
            JavaProcess.answer(STARTED);
        }
    }

    @Override
    public void failed(EventSource source, CdcException failure) {
        failure.printStackTrace();
        System.err.println("ACTION " + failure.action());
        Runtime.getRuntime().halt(3);
    }
}
