package io.rustcdc.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.rustcdc.event.Offset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PostgresOffsetTests {

    private static final SlotId SLOT = new SlotId("shop_cdc", "7301234567890123456", 1);

    @Test
    void readsBackWhatItShows() {
        for (PostgresOffset offset : List.of(
                PostgresOffset.at(SLOT, 23803720),
                PostgresOffset.inside(SLOT, 100, 200, 7, 150),
                PostgresOffset.at(new SlotId("s", null, 0), 5),
                PostgresOffset.inside(SLOT, -10, -5, 1, -7))) {
            assertThat(PostgresOffset.parse(offset.fields())).isEqualTo(offset).hasSameHashCodeAs(offset);
        }
    }

    @Test
    void showsTheFieldsThatScriptsReadFirst() {
        assertThat(PostgresOffset.at(SLOT, 23803720).fields())
                .containsExactly(
                        Map.entry("lsn", 23803720L),
                        Map.entry("slot_name", "shop_cdc"),
                        Map.entry("system_id", "7301234567890123456"),
                        Map.entry("timeline", 1));
        assertThat(PostgresOffset.inside(SLOT, 100, 200, 7, 150).fields())
                .containsEntry("lsn", 100L)
                .containsEntry("tx_commit_lsn", 200L)
                .containsEntry("tx_changes_done", 7L)
                .containsEntry("tx_last_change_lsn", 150L);
    }

    @Test
    void textIsThePositionOfTheChangeItself() {
        assertThat(PostgresOffset.at(SLOT, 23803720).text()).isEqualTo("0/016B3748");
        assertThat(PostgresOffset.inside(SLOT, 100, 200, 7, 150).text()).isEqualTo("0/00000096");
        assertThat(PostgresOffset.inside(SLOT, 100, 200, 7, 150).shownAt(160).text())
                .isEqualTo("0/000000A0");
    }

    @Test
    void acceptsWhatAnOperatorWrites() {
        PostgresOffset expected = PostgresOffset.at(new SlotId("shop_cdc", null, 0), 23803720);

        assertThat(PostgresOffset.parse(Map.of("lsn", 23803720, "slot_name", "shop_cdc")))
                .isEqualTo(expected);
        assertThat(PostgresOffset.parse(Map.of("lsn", "0/16B3748", "slot_name", "shop_cdc", "note", List.of(1))))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "lsn| | 'lsn' must be a whole number or a text such as \"0/16B3748\", found null",
                "lsn| 16B3748 | found \"16B3748\"",
                "slot_name| | 'slot_name' must be a text that is not blank, found null",
                "tx_changes_done| 0 | 'tx_changes_done' must be a whole number above 0, found \"0\"",
                "tx_last_change_lsn| | 'tx_last_change_lsn' must be a whole number",
                "tx_commit_lsn| | 'tx_commit_lsn' must be a whole number",
                "tx_commit_lsn| 0/1 | 'tx_commit_lsn' must not lie before 'lsn'",
                "timeline| one | 'timeline' must be a whole number above 0, found \"one\"",
            })
    void namesTheFieldThatIsMissingOrMalformed(String field, String value, String message) {
        Map<String, Object> fields =
                new HashMap<>(PostgresOffset.inside(SLOT, 100, 200, 7, 150).fields());
        fields.put(field, value);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> PostgresOffset.parse(fields))
                .withMessageContaining(message);
    }

    @Test
    void refusesNumbersThatAreNoPosition() {
        for (Object lsn : List.of(-1, 1.5, true, Map.of())) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> PostgresOffset.parse(Map.of("lsn", lsn, "slot_name", "s")))
                    .withMessageContaining("'lsn'");
        }
    }

    @Test
    void ordersPositionsInsideAndAcrossTransactions() {
        List<PostgresOffset> ascending = List.of(
                PostgresOffset.at(SLOT, 100),
                PostgresOffset.inside(SLOT, 100, 200, 1, 190),
                PostgresOffset.inside(SLOT, 100, 200, 2, 110),
                PostgresOffset.inside(SLOT, 100, 200, 25, 150),
                PostgresOffset.at(SLOT, 210),
                PostgresOffset.inside(SLOT, 210, 300, 1, 105),
                PostgresOffset.at(SLOT, 310),
                PostgresOffset.at(SLOT, Long.MIN_VALUE));
        for (int i = 0; i < ascending.size(); i++) {
            for (int j = 0; j < ascending.size(); j++) {
                assertThat(ascending.get(i).isBefore(ascending.get(j)))
                        .as("%s before %s", ascending.get(i), ascending.get(j))
                        .isEqualTo(i < j);
            }
        }
    }

    @Test
    void anIdlePositionUpToTheCommitRecordLiesBeforeTheTransaction() {
        PostgresOffset inside = PostgresOffset.inside(SLOT, 100, 200, 1, 150);
        for (long idle : new long[] {150, 200}) {
            assertThat(PostgresOffset.at(SLOT, idle).isBefore(inside)).isTrue();
            assertThat(inside.isBefore(PostgresOffset.at(SLOT, idle))).isFalse();
        }
    }

    @Test
    void knowsNoOrderAcrossClustersTimelinesAndConnectors() {
        PostgresOffset offset = PostgresOffset.at(SLOT, 100);
        Offset foreign = new Offset() {
            @Override
            public String text() {
                return "";
            }

            @Override
            public Map<String, Object> fields() {
                return Map.of();
            }

            @Override
            public boolean isBefore(Offset other) {
                return false;
            }
        };

        assertThat(offset.isBefore(PostgresOffset.at(new SlotId("shop_cdc", "other", 1), 200)))
                .isFalse();
        assertThat(offset.isBefore(PostgresOffset.at(new SlotId("shop_cdc", SLOT.systemId(), 2), 200)))
                .isFalse();
        assertThat(offset.isBefore(foreign)).isFalse();
    }
}
