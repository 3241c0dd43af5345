package io.rustcdc.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.rustcdc.checkpoint.Checkpoint;
import io.rustcdc.event.CdcException;
import io.rustcdc.event.FailureKind;
import io.rustcdc.observe.EngineState;
import io.rustcdc.observe.HealthVerdict.Status;
import io.rustcdc.schema.AcknowledgedSchema;
import io.rustcdc.schema.ColumnSchema;
import io.rustcdc.schema.TableSchema;
import io.rustcdc.source.SourceException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A lost position ends in FAILED, until somebody accepts the gap: for one start, and for one gap. */
class AcceptGapTests extends RunnerFixture {

    private static final AcknowledgedSchema KNOWN = new AcknowledgedSchema(
            new TableSchema(LogSource.TABLE, List.of(new ColumnSchema("id", "int4")), List.of("id")), "7+0");

    /** Three changes are delivered and saved, five are gone before they were read. */
    private void losePosition() {
        recording(options()).start();
        log.commit(3);
        awaitSaved(new LogOffset(1, 0));
        runner.stop();
        store.acquire();
        store.saveSchemas(Map.of(LogSource.TABLE, KNOWN));
        store.release();
        log.commit(5);
        log.forget();
        runner.start();
        assertThat(runner.status().state()).isEqualTo(EngineState.FAILED);
    }

    private void assertNotAccepted() {
        assertThatExceptionOfType(CdcException.class)
                .isThrownBy(() -> runner.acceptGap("ada"))
                .withMessageContaining("has not lost its position")
                .withMessageContaining(runner.status().state().name())
                .satisfies(e -> assertThat(e.kind()).isEqualTo(FailureKind.CONFIGURATION));
    }

    private void assertSaved(LogOffset offset, long count) {
        Checkpoint saved = store.load().orElseThrow();
        assertThat(saved.offset()).isEqualTo(offset);
        assertThat(saved.committedEventCount()).isEqualTo(count);
    }

    @Test
    void aLostPositionFailsTheSourceAndLetsTheApplicationRun() {
        losePosition();
        assertThat(runner.status().health().status()).isEqualTo(Status.FAILED);
        assertThat(runner.status().health().action()).isEqualTo("Accept the gap.");
        assertThat(failures.get(0).kind()).isEqualTo(FailureKind.POSITION_LOST);
        await().until(() -> store.owners.get() == 0);
    }

    @Test
    void anAcceptedGapGoesOnBehindItAndKeepsTheCount() {
        losePosition();
        runner.acceptGap("ada");
        log.commit(2);
        awaitSaved(new LogOffset(3, 0));

        assertThat(delivered).containsExactly(1, 2, 3, 9, 10);
        assertSaved(new LogOffset(3, 0), 5);
        assertThat(gaps).containsExactly("1+0 to 2+0 by ada");
        assertThat(store.loadSchemas().get(LogSource.TABLE)).isEqualTo(KNOWN.beforeAll());
    }

    @Test
    void theNewStartIsSavedBeforeAnythingIsDeliveredOrConfirmed() {
        losePosition();
        log.calls.clear();
        log.commit(2);
        runner.acceptGap(null);
        awaitSaved(new LogOffset(3, 0));

        assertThat(log.calls.stream().filter(call -> call.matches("(replace|save|confirm) .*")))
                .startsWith("replace 2+0");
        assertThat(store.saves.get(store.saves.size() - 1).offset()).isEqualTo(new LogOffset(3, 0));
    }

    @Test
    void aRefusedStartBehindTheGapCanBeRepeatedOnceMended() {
        losePosition();
        log.failNextOpen(() -> SourceException.configuration("the publication is missing", "create it"));
        assertThatExceptionOfType(CdcException.class)
                .isThrownBy(() -> runner.acceptGap("ada"))
                .withMessageContaining("the publication is missing");
        await().until(() -> log.openInspectors.get() == 0);

        runner.acceptGap("ada");
        awaitSaved(new LogOffset(2, 0));
        assertThat(gaps).containsExactly("1+0 to 2+0 by ada");
        assertNotAccepted();
    }

    @Test
    void onlyALostPositionCanBeAccepted() {
        recording(options());
        assertNotAccepted();
        runner.start();
        assertNotAccepted();
        runner.stop();
        assertNotAccepted();
        log.failNextOpen(() -> SourceException.terminal("The row cannot be decoded", "Report it."));
        runner.start();
        assertThat(runner.status().state()).isEqualTo(EngineState.FAILED);
        assertNotAccepted();
        assertThat(gaps).isEmpty();
    }

    @Test
    void theNextLostPositionFailsAgain() {
        losePosition();
        runner.acceptGap("ada");
        awaitSaved(new LogOffset(2, 0));
        assertNotAccepted();
        runner.stop();
        log.commit(1);
        log.forget();
        runner.start();
        assertThat(runner.status().state()).isEqualTo(EngineState.FAILED);
        assertThat(failures).hasSize(2);
    }

    @Test
    void aPositionThatIsLostAgainInTheSameRunFails() {
        losePosition();
        runner.acceptGap("ada");
        awaitSaved(new LogOffset(2, 0));
        runner.pause();
        log.commit(1);
        log.forget();
        log.cutConnection();
        awaitFailed();
        assertThat(failures.get(failures.size() - 1).kind()).isEqualTo(FailureKind.POSITION_LOST);
    }

    @Test
    void aConnectionLostBeforeTheNewStartIsSavedDoesNotForgetTheDecision() {
        losePosition();
        log.failNextOpen(() -> SourceException.transientFailure("Connection refused", null));
        runner.acceptGap("ada");
        awaitSaved(new LogOffset(2, 0));
        await().untilAsserted(() -> assertThat(gaps).containsExactly("1+0 to 2+0 by ada"));
    }

    @Test
    void aRunThatEndsBeforeTheNewStartIsSavedLeavesEverythingAsBefore() {
        losePosition();
        store.failures.add(FailureKind.TERMINAL);
        runner.acceptGap("ada");
        await().until(() -> failures.size() == 2 && store.owners.get() == 0);

        assertSaved(new LogOffset(1, 0), 3);
        assertThat(store.loadSchemas()).containsValue(KNOWN);
        assertThat(gaps).isEmpty();
        runner.start();
        assertThat(failures.get(2).kind()).isEqualTo(FailureKind.POSITION_LOST);
        assertThat(delivered).containsExactly(1, 2, 3);
    }
}
