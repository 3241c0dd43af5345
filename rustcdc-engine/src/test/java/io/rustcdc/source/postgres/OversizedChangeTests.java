package io.rustcdc.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.event.FailureKind;
import io.rustcdc.source.Credentials;
import io.rustcdc.source.SourceException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OversizedChangeTests {

    private final PostgresErrors errors = new PostgresErrors(PostgresOptions.builder("shop")
            .database("shop")
            .credentials(() -> new Credentials("cdc", null))
            .replicationSlotName("shop_cdc")
            .publicationName("shop_cdc")
            .build());

    @ParameterizedTest
    @CsvSource({
        "54000, 'ERROR: string buffer exceeds maximum allowed length (1073741823 bytes)'",
        "54000, 'FEHLER: Speicher aufgebraucht'",
        "XX000, 'ERROR: invalid memory alloc request size 1200000003'"
    })
    void whatTheServerCannotSendIsTerminal(String state, String text) {
        SourceException failure = OversizedChange.atServer(new SQLException(text, state), errors.place(0x10, 0x1F));

        assertThat(failure.kind()).isEqualTo(FailureKind.TERMINAL);
        assertThat(failure)
                .hasMessageContaining(
                        "after LSN 0/00000010 of localhost:5432/shop, in the transaction that commits at 0/0000001F")
                .hasMessageContaining("1 GB")
                .hasMessageContaining(text);
        assertThat(failure.action()).contains("SELECT pg_replication_slot_advance('shop_cdc', '0/00000020');");
    }

    @ParameterizedTest
    @CsvSource({"XX000, 'ERROR: could not read block'", "53200, 'ERROR: out of memory'", "57P01, 'FATAL: terminating'"})
    void otherFailuresMayPass(String state, String text) {
        assertThat(OversizedChange.atServer(new SQLException(text, state), errors.place(1, 2)))
                .isNull();
    }

    @Test
    void whatDoesNotFitIntoTheHeapIsTerminalToo() {
        OutOfMemoryError cause = new OutOfMemoryError("Java heap space");
        SourceException failure = OversizedChange.inHeap(cause, 314_572_800, errors.place(0x10, 0));

        assertThat(failure.kind()).isEqualTo(FailureKind.TERMINAL);
        assertThat(failure)
                .hasMessageContaining("after LSN 0/00000010 of localhost:5432/shop does not fit")
                .hasMessageContaining("314572800 bytes")
                .hasMessageContaining("the heap has at most %d MB"
                        .formatted(Runtime.getRuntime().maxMemory() >> 20))
                .hasCause(cause);
        assertThat(failure.action()).contains("-Xmx");
        assertThat(OversizedChange.inHeap(cause, 0, errors.place(0x10, 0)))
                .hasMessageContaining("its size is not known");
    }
}
