package io.rustcdc.checkpoint;

import io.rustcdc.checkpoint.jdbc.JdbcCheckpointStore;
import io.rustcdc.checkpoint.jdbc.JdbcCheckpoints;
import io.rustcdc.event.EventSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/** The operator's side of a store in a database. Each handle is of another instance. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class JdbcCheckpointArchiveContract extends CheckpointArchiveContract<JdbcCheckpointStore> {

    private final List<JdbcCheckpoints> instances = new ArrayList<>();
    private final CheckpointDatabase database;

    JdbcCheckpointArchiveContract(CheckpointDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void tables() {
        database.createTables();
    }

    @AfterEach
    void dropTables() {
        instances.forEach(JdbcCheckpoints::close);
        instances.clear();
        database.sql(
                "DROP TABLE rustcdc_checkpoint", "DROP TABLE rustcdc_lease", "DROP TABLE rustcdc_checkpoint_archive");
    }

    @AfterAll
    void drop() throws Exception {
        database.close();
    }

    @Override
    JdbcCheckpointStore open() {
        JdbcCheckpoints instance = database.instance(Duration.ofSeconds(30));
        instances.add(instance);
        return instance.store(new EventSource("shop", "postgres"), TestOffset::parse);
    }

    @Override
    void damage() {
        database.sql(
                "UPDATE rustcdc_checkpoint SET checkpoint_json = REPLACE(checkpoint_json, '\"lsn\" : 100', '\"lsn\" : 101')");
    }
}
