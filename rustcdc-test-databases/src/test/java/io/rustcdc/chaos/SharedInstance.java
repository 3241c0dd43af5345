package io.rustcdc.chaos;

import io.rustcdc.CdcEngine;
import io.rustcdc.checkpoint.jdbc.JdbcCheckpoints;
import io.rustcdc.checkpoint.jdbc.JdbcOptions;
import io.rustcdc.delivery.Subscription;
import io.rustcdc.event.CdcException;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.observe.EngineObserver;
import io.rustcdc.observe.EngineState;
import io.rustcdc.runtime.EngineOptions;
import io.rustcdc.snapshot.SnapshotMode;
import io.rustcdc.snapshot.SnapshotOptions;
import io.rustcdc.source.Credentials;
import io.rustcdc.source.TableFilter;
import io.rustcdc.source.Transport;
import io.rustcdc.source.postgres.PostgresConnector;
import io.rustcdc.source.postgres.PostgresOptions;
import io.rustcdc.test.databases.JavaProcess;
import io.rustcdc.test.databases.PostgresServer;
import java.io.BufferedReader;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.postgresql.ds.PGSimpleDataSource;

/** A process with an engine for each source, one of several that share checkpoints. Appends what it is given to a log. */
final class SharedInstance implements EngineObserver {

    private final FileOutputStream log;

    private SharedInstance(FileOutputStream log) {
        this.log = log;
    }

    /** Arguments: port, database, lease in ms, log, number of sources. The source {@code s3} captures the table {@code t3}. */
    public static void main(String[] args) throws Exception {
        int port = Integer.parseInt(args[0]);
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl("jdbc:postgresql://127.0.0.1:" + port + "/" + args[1]);
        dataSource.setUser(PostgresServer.SUPERUSER);
        JdbcCheckpoints checkpoints = new JdbcCheckpoints(
                dataSource,
                new JdbcOptions(JdbcOptions.DEFAULT_TABLE_PREFIX, Duration.ofMillis(Long.parseLong(args[2]))));
        List<CdcEngine> engines = new ArrayList<>();
        try (FileOutputStream log = new FileOutputStream(Path.of(args[3]).toFile(), true)) {
            SharedInstance instance = new SharedInstance(log);
            for (int i = 0; i < Integer.parseInt(args[4]); i++) {
                engines.add(instance.engine(connector(port, args[1], i), checkpoints));
            }
            engines.forEach(CdcEngine::start);
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            if (in.readLine() == null) {
                Runtime.getRuntime().halt(5); // the test is gone
            }
            engines.forEach(CdcEngine::stop);
            checkpoints.close();
        }
        System.exit(0);
    }

    private static PostgresConnector connector(int port, String database, int number) {
        return new PostgresConnector(PostgresOptions.builder("s" + number)
                .host("127.0.0.1")
                .port(port)
                .database(database)
                .credentials(() -> new Credentials(PostgresServer.SUPERUSER, null))
                .replicationSlotName(database + "_" + number)
                .publicationName(database + "_" + number)
                .tables(TableFilter.of("public.t" + number))
                .connTimeout(Duration.ofSeconds(10))
                .transport(Transport.plaintext())
                .build());
    }

    private CdcEngine engine(PostgresConnector connector, JdbcCheckpoints checkpoints) {
        return CdcEngine.builder(connector)
                .checkpointStore(checkpoints.store(connector.source(), connector.offsets()))
                .options(EngineOptions.ofDefaults()
                        .withSnapshot(SnapshotOptions.ofDefaults().withMode(SnapshotMode.NEVER)))
                .observer(this)
                .subscribe(new Subscription(
                        "log",
                        TableFilter.all(),
                        EnumSet.of(Operation.INSERT),
                        Subscription.AckMode.AUTO,
                        (event, acknowledgment) -> apply(event)))
                .build();
    }

    private void apply(ChangeEvent<Row> event) throws IOException {
        String line = event.source().name() + " " + event.after().get("id") + "\n";
        log.write(line.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void stateChanged(EventSource source, EngineState from, EngineState to) {
        JavaProcess.answer(source.name() + " " + to);
    }

    @Override
    public void failed(EventSource source, CdcException failure) {
        failure.printStackTrace();
        Runtime.getRuntime().halt(3);
    }
}
