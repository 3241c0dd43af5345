package io.rustcdc.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.event.FailureKind;
import io.rustcdc.source.Credentials;
import io.rustcdc.source.SourceException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresErrorsTests {

    private final PostgresErrors errors = new PostgresErrors(PostgresOptions.builder("shop")
            .database("shop")
            .credentials(() -> new Credentials("cdc", null))
            .replicationSlotName("shop_cdc")
            .publicationName("shop_cdc")
            .build());

    @ParameterizedTest
    @CsvSource({
        "28P01, AUTHENTICATION",
        "28000, AUTHENTICATION",
        "08006, TRANSIENT",
        "57P01, TRANSIENT",
        "57P03, TRANSIENT",
        "53300, TRANSIENT",
        "55006, IN_USE",
        "58P01, TERMINAL",
        "42501, CONFIGURATION",
        "3D000, CONFIGURATION",
        "53400, CONFIGURATION",
        "XX000, TRANSIENT"
    })
    void mapsStates(String state, FailureKind kind) {
        assertThat(errors.failed("read", new SQLException("text", state)).kind())
                .isEqualTo(kind);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ERROR: requested WAL segment 000000010000000000000001 has already been removed",
                "FEHLER: das angeforderte WAL-Segment 000000010000000000000001 wurde schon entfernt"
            })
    void removedWalIsALostPositionInWhateverLanguage(String text) {
        assertThat(errors.isSlotUnreadable()).isFalse();
        SourceException failure = errors.failed("read", new SQLException(text, "58P01"));

        assertThat(failure.kind()).isEqualTo(FailureKind.POSITION_LOST);
        assertThat(failure).hasMessageContaining("postgres checkpoint/slot divergence for slot 'shop_cdc'");
        assertThat(failure.action())
                .contains("accept-gap")
                .contains("/actuator/cdc/shop")
                .contains("pg_drop_replication_slot('shop_cdc')")
                .containsSubsequence(
                        "POST {\"action\": \"accept-gap\"} to /actuator/cdc/shop",
                        "POST {\"action\": \"snapshot\", \"tables\": \"*\"} to /actuator/cdc/shop",
                        "on-position-lost: resnapshot");
        assertThat(errors.isSlotUnreadable()).isTrue();
        errors.slotReadable();
        assertThat(errors.isSlotUnreadable()).isFalse();
    }

    @Test
    void missingPublicationIsALostPositionOnceStreaming() {
        SourceException failure =
                errors.reading(new SQLException("ERROR: publication \"shop_cdc\" does not exist", "42704"));

        assertThat(failure.kind()).isEqualTo(FailureKind.POSITION_LOST);
        assertThat(failure).hasMessageContaining("postgres checkpoint/slot divergence for slot 'shop_cdc'");
        assertThat(errors.isSlotUnreadable()).isTrue();
    }

    @Test
    void slotThatVanishesBeforeTheStartIsADivergence() {
        SourceException failure =
                errors.starting(new SQLException("ERROR: replication slot \"shop_cdc\" does not exist", "42704"));

        assertThat(failure.kind()).isEqualTo(FailureKind.POSITION_LOST);
        assertThat(failure).hasMessageContaining("postgres checkpoint/slot divergence for slot 'shop_cdc'");
    }

    @Test
    void namesTheProcessThatHoldsTheSlot() {
        SourceException failure = errors.failed(
                "read", new SQLException("ERROR: replication slot \"shop_cdc\" is active for PID 4711", "55006"));

        assertThat(failure).hasMessageContaining("PID 4711");
    }

    @Test
    void aNameThatNobodyKnowsIsTransient() {
        try (ConnectTicket ticket = new ConnectTicket(Duration.ofSeconds(1), new OpeningSockets(), null)) {
            SourceException failure = errors.connecting(
                    new SQLException("The connection attempt failed.", "08001", new UnknownHostException("localhost")),
                    ticket,
                    true);

            assertThat(failure.kind()).isEqualTo(FailureKind.TRANSIENT);
            assertThat(failure).hasMessageContaining("localhost:5432").hasMessageContaining("cannot be resolved");
        }
    }

    @Test
    void removesSecretsFromTexts() {
        SourceException failure = errors.failed(
                "read",
                new SQLException(
                        "jdbc:postgresql://cdc:s3cret@db:5432/shop?user=cdc&password=s3cret failed",
                        "08001",
                        new IllegalStateException("password: s3cret, pwd=s3cret")));

        assertThat(failure.getMessage()).doesNotContain("s3cret").contains("***redacted***");
    }
}
