package io.rustcdc.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.CdcEngine;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Where checkpoints of MySQL and MariaDB are, and when they are written. */
class MySqlCheckpointTests extends MySqlEngineFixture {

    @ParameterizedTest
    @EnumSource
    @DisplayName("MY-05: the checkpoint has the flavour's own name and is found by the next start")
    void theCheckpointIsFoundUnderTheFlavoursName(BinlogMode mode) throws Exception {
        use(mode);
        CdcEngine first = engine();
        first.start();
        insert(1, 3);
        awaitDelivered(3);
        first.stop();
        Path file =
                directory.resolve("shop").resolve("checkpoint_" + mode.flavor().type() + ".json");
        String saved = Files.readString(file);
        assertThat(saved)
                .contains("\"source_type\" : \"" + mode.flavor().type() + "\"", "\"binlog_file\"", "\"binlog_pos\"")
                .contains("\"source_flavor\" : \"" + mode.flavor().type() + "\"");
        insert(4, 4);
        engine().start();
        awaitDelivered(4);
        assertThat(delivered).containsExactly("1", "2", "3", "4");
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("MY-13: a change does not wait for others to fill its batch")
    void aChangeDoesNotWaitForOthers(BinlogMode mode) {
        use(mode);
        CdcEngine engine = engine(server().port(), EngineFixture.changesOnly().withMaxEventsPerPoll(1000));
        engine.start();
        for (int id = 1; id <= 20; id++) {
            insert(id, id);
            awaitDelivered(id);
        }
        assertThat(delivered).isEqualTo(EngineFixture.ids(1, 20));
    }
}
