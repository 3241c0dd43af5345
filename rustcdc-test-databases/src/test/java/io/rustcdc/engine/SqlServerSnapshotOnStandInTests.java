package io.rustcdc.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.CdcEngine;
import io.rustcdc.checkpoint.TableSnapshot.Phase;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.source.sqlserver.SqlServerKind;
import io.rustcdc.test.databases.sqlserver.SqlServerStandIn;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlServerSnapshotOnStandInTests extends SqlServerSnapshotContract {

    SqlServerSnapshotOnStandInTests() {
        super(SqlServerKind.STAND_IN);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("While the agent lags, rows that show what was not captured yet come behind older changes of them:"
            + " versions never go back")
    void neverGoesBackWhileTheAgentLags(boolean seesTheLog) throws Exception {
        create("items", "id int PRIMARY KEY, version int");
        for (int i = 1; i <= 200; i++) {
            database.sql("INSERT INTO items VALUES (%d, 0)".formatted(i));
        }
        SqlServerStandIn standIn = (SqlServerStandIn) database;
        if (!seesTheLog) {
            standIn.deny("VIEW SERVER STATE");
        }
        standIn.agent().lag(Duration.ofMillis(400));
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger version = new AtomicInteger();
        List<Thread> writers = start(2, () -> {
            while (!stop.get()) {
                int next = version.incrementAndGet();
                atLeisure("UPDATE items SET version = version + 1 WHERE id = %d".formatted(1 + next % 200));
            }
        });
        CdcEngine engine = copying(initially(20));
        engine.start();
        awaitComplete(engine);
        stop.set(true);
        for (Thread writer : writers) {
            writer.join();
        }
        awaitCopy("items");
        if (seesTheLog) {
            Map<Object, Integer> versions = new HashMap<>();
            for (ChangeEvent<Row> event : consumer.events()) {
                if (event.operation() == Operation.READ || event.operation() == Operation.UPDATE) {
                    int now = (Integer) event.after().get("version");
                    Integer before = versions.put(event.after().get("id"), now);
                    assertThat(now).as("%s", event).isGreaterThanOrEqualTo(before == null ? 0 : before);
                }
            }
        }
    }

    @Test
    @DisplayName("Where the database does not allow snapshot isolation, tables with a key are read all the same; those"
            + " without are left out, since they have to be read in one view")
    void readsTablesWithAKeyWithoutSnapshotIsolation() {
        createItems(300);
        create("logs", "id int, note nvarchar(100)");
        insert("logs", 1, 50);
        ((SqlServerStandIn) database).administer("UPDATE sys.databases SET snapshot_isolation_state = 0");
        CdcEngine engine = copying(initially(50));
        engine.start();
        awaitComplete(engine);
        awaitCopy("items");
        assertThat(progress(engine, "logs").phase()).isEqualTo(Phase.GONE);
    }
}
