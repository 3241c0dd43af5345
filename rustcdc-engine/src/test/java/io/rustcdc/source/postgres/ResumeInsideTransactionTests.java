package io.rustcdc.source.postgres;

import static io.rustcdc.source.postgres.Assembly.NOISE;
import static io.rustcdc.source.postgres.Assembly.ORDERS;
import static io.rustcdc.source.postgres.Assembly.SLOT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.rustcdc.event.FailureKind;
import io.rustcdc.event.TableId;
import io.rustcdc.schema.AcknowledgedSchema;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.TableFilter;
import io.rustcdc.source.postgres.RecordingSink.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResumeInsideTransactionTests {

    private static final int SIZE = 25;
    private static final long COMMIT = 5000;

    static Stream<Arguments> logs() {
        return Stream.of(TableFilter.all(), TableFilter.of("orders"), TableFilter.of("noise"), TableFilter.of("none"))
                .flatMap(filter -> Stream.of(Arguments.of(filter, false), Arguments.of(filter, true)));
    }

    @ParameterizedTest
    @MethodSource("logs")
    @DisplayName("PG-R1, PG-02: killed after any acknowledged prefix, exactly the rest arrives")
    void theAcknowledgedPrefixAndTheResumedRunMakeTheFullRun(TableFilter filter, boolean schemaChange) {
        ScriptedServer server = server(schemaChange);
        List<Entry> full = run(server, new Saved(), filter).entries();
        assertThat(full).hasSizeGreaterThanOrEqualTo(4);
        assertThat(full.stream().filter(Entry::isSchemaChange))
                .hasSize(schemaChange && filter.matches(new TableId("public", "orders")) ? 3 : 0);

        for (int acknowledged = 0; acknowledged <= full.size(); acknowledged++) {
            Saved saved = new Saved();
            full.subList(0, acknowledged).forEach(saved::acknowledge);
            assertThat(run(server, saved, filter).entries())
                    .as("after %d of %d", acknowledged, full.size())
                    .isEqualTo(full.subList(acknowledged, full.size()));
        }
    }

    @ParameterizedTest
    @MethodSource("logs")
    void aRunThatIsKilledAfterEachStepDeliversTheSameAsOneThatIsNot(TableFilter filter, boolean schemaChange) {
        ScriptedServer server = server(schemaChange);
        List<Entry> full = run(server, new Saved(), filter).entries();

        List<Entry> steps = new ArrayList<>();
        Saved saved = new Saved();
        while (true) {
            List<Entry> rest = run(server, saved, filter).entries();
            if (rest.isEmpty()) {
                break;
            }
            saved.acknowledge(rest.get(0));
            steps.add(rest.get(0));
        }

        assertThat(steps).isEqualTo(full);
    }

    @Test
    @DisplayName("PG-R1: of 25 rows of which k are saved, rows k+1 to 25 arrive")
    void everyCountOfDoneRowsResumesAtTheNextOne() {
        ScriptedServer server = oneTransaction();
        for (int k = 0; k <= SIZE; k++) {
            Saved saved = new Saved();
            saved.offset = PostgresOffset.inside(SLOT, 10, COMMIT, k, 1000 + (k - 1) * 10L);
            RecordingSink sink = run(server, saved, TableFilter.all());

            assertThat(sink.events()).hasSize(SIZE - k);
            assertThat(sink.events().stream().map(event -> event.transaction().index()))
                    .containsExactlyElementsOf(
                            Stream.iterate((long) k, i -> i + 1).limit(SIZE - k).toList());
            assertThat(sink.commits()).containsExactly(PostgresOffset.at(SLOT, COMMIT + 5));
        }
    }

    @Test
    void transactionsBeforeTheOneThatWasCutAreDelivered() {
        ScriptedServer server = new ScriptedServer();
        server.transaction(6, 900, 4000).insert(ORDERS, "note");
        server.transaction(7, 1000, COMMIT).insert(ORDERS, "note").insert(ORDERS, "note");
        Saved saved = new Saved();
        saved.offset = PostgresOffset.inside(SLOT, 10, COMMIT, 1, 1000);

        assertThat(run(server, saved, TableFilter.all()).events().stream()
                        .map(event -> event.transaction().id()))
                .containsExactly(6L, 7L);
    }

    @Test
    void aChangeAtAnotherPlaceThanSavedIsADivergence() {
        refusesToResume(PostgresOffset.inside(SLOT, 10, COMMIT, 3, 1021), "change number 3 now stands at 0/000003FC");
    }

    @Test
    void aTransactionWithFewerChangesThanSavedIsADivergence() {
        refusesToResume(
                PostgresOffset.inside(SLOT, 10, COMMIT, SIZE + 1, 1250), "the transaction now has only 25 changes");
    }

    @Test
    void aTransactionThatIsNotSentAnyMoreIsADivergence() {
        refusesToResume(
                PostgresOffset.inside(SLOT, 10, COMMIT - 1, 3, 1020), "went on to the transaction that commits at");
    }

    @Test
    void anIdleServerBeyondTheTransactionIsADivergence() {
        Assembly stream = new Assembly(PostgresOffset.inside(SLOT, 10, COMMIT, 3, 1020), Map.of(), TableFilter.all());

        assertThat(stream.assembler.idle(COMMIT)).isNull();
        assertThatExceptionOfType(SourceException.class)
                .isThrownBy(() -> stream.assembler.idle(COMMIT + 1))
                .withMessageStartingWith("postgres checkpoint/slot divergence for slot 'shop_cdc'");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 12, 24, 25})
    void idlePositionsWorkAgainOnceTheTransactionHasPassed(int done) {
        PostgresOffset start = PostgresOffset.inside(SLOT, 10, COMMIT, done, 1000 + (done - 1) * 10L);
        Assembly stream = new Assembly(start, Map.of(), TableFilter.all());
        oneTransaction().connect(start.lsn()).forEach(message -> stream.message(message.bytes(), message.lsn()));

        assertThat(stream.assembler.idle(9000)).isEqualTo(PostgresOffset.at(SLOT, 9000));
    }

    private static ScriptedServer oneTransaction() {
        ScriptedServer server = new ScriptedServer();
        ScriptedServer.Scripted transaction = server.transaction(7, 1000, COMMIT);
        for (int i = 0; i < SIZE; i++) {
            transaction.insert(ORDERS, "note");
        }
        return server;
    }

    private static void refusesToResume(PostgresOffset offset, String reason) {
        ScriptedServer server = oneTransaction();
        Saved saved = new Saved();
        saved.offset = offset;
        assertThatExceptionOfType(SourceException.class)
                .isThrownBy(() -> run(server, saved, TableFilter.all()))
                .withMessageStartingWith("postgres checkpoint/slot divergence for slot 'shop_cdc'")
                .withMessageContaining(reason)
                .satisfies(e -> assertThat(e.kind()).isEqualTo(FailureKind.POSITION_LOST))
                .satisfies(e -> assertThat(e.action())
                        .contains("publication")
                        .contains("/actuator/cdc/"
                                + saved.offset.slot().slotName().replace("_cdc", "")));
    }

    /** Transactions that interleave; one has 25 changes of all kinds, the table's shape changes twice in it and once after. */
    private static ScriptedServer server(boolean schemaChange) {
        String later = schemaChange ? "remark" : "note";
        ScriptedServer server = new ScriptedServer();
        server.transaction(5, 800, 900).insert(ORDERS, "note");
        server.transaction(6, 2000, 4000).insert(NOISE, "note").insert(NOISE, "note");
        ScriptedServer.Scripted big = server.transaction(7, 1000, COMMIT);
        for (int i = 0; i < SIZE - 3; i++) {
            String column = i < 8 ? "note" : later;
            switch (i % 5) {
                case 1 -> big.insert(NOISE, "note");
                case 3 -> big.logical();
                default -> big.insert(ORDERS, column);
            }
        }
        big.truncate(later).insert(ORDERS, schemaChange ? "third" : "note");
        server.transaction(8, 5100, 6000).insert(ORDERS, schemaChange ? "fourth" : "note");
        server.transaction(9, 6100, 7000);
        return server;
    }

    private static RecordingSink run(ScriptedServer server, Saved saved, TableFilter filter) {
        PostgresOffset start = PostgresOffset.parse(saved.offset.fields());
        Assembly stream = new Assembly(start, saved.schemas, filter);
        server.connect(start.lsn()).forEach(message -> stream.message(message.bytes(), message.lsn()));
        return stream.sink;
    }

    /** What a checkpoint would hold. */
    private static final class Saved {

        private PostgresOffset offset = PostgresOffset.at(SLOT, 10);
        private final Map<TableId, AcknowledgedSchema> schemas = new HashMap<>();

        private void acknowledge(Entry entry) {
            if (entry.schema() != null) {
                schemas.put(entry.schema().schema().table(), entry.schema());
            }
            if (entry.offset() != null) {
                assertThat(entry.offset().isBefore(offset))
                        .as("%s after %s", entry, offset)
                        .isFalse();
                if (!entry.isSchemaChange()) {
                    assertThat(offset.isBefore(entry.offset()))
                            .as("%s before %s", offset, entry)
                            .isTrue();
                }
                offset = (PostgresOffset) entry.offset();
            }
        }
    }
}
