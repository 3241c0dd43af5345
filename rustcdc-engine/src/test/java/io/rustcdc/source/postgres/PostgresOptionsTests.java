package io.rustcdc.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.event.FailureKind;
import io.rustcdc.source.Credentials;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.Transport;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresOptionsTests {

    @Test
    void hasTheRunbooksDefaults() {
        PostgresOptions options = builder().build();

        assertThat(options.servers()).containsExactly("localhost:5432");
        assertThat(options.connTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(options.streamPollInterval()).isEqualTo(Duration.ofMillis(250));
        assertThat(options.transport()).isEqualTo(Transport.tls());
        assertThat(options.silenceTimeout()).isNull();
        assertThat(options.createPublication()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Shop", "shop-cdc", "shop cdc", "shop\"; DROP TABLE x; --"})
    void refusesSlotNamesThatTheServerRefuses(String name) {
        assertRefused(options -> options.replicationSlotName(name), "rustcdc.postgres.shop.replication-slot-name");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "shop-cdc", "shop'cdc", "shop\"cdc"})
    void refusesPublicationNamesThatNeedQuoting(String name) {
        assertRefused(options -> options.publicationName(name), "rustcdc.postgres.shop.publication-name");
    }

    @Test
    void refusesNamesThatThePostgresWouldCut() {
        assertRefused(options -> options.replicationSlotName("a".repeat(64)), "replication-slot-name");
        assertThat(builder().publicationName("P".repeat(63)).build().publicationName())
                .hasSize(63);
    }

    @Test
    void refusesWhatIsOutOfRange() {
        assertRefused(options -> options.port(0), "rustcdc.postgres.shop.port");
        assertRefused(options -> options.host(" "), "rustcdc.postgres.shop.host");
        assertRefused(options -> options.database(""), "rustcdc.postgres.shop.database");
        assertRefused(options -> options.connTimeout(Duration.ofMillis(999)), "rustcdc.postgres.shop.conn-timeout");
        assertRefused(options -> options.connTimeout(Duration.ofSeconds(301)), "rustcdc.postgres.shop.conn-timeout");
        assertRefused(
                options -> options.streamPollInterval(Duration.ZERO), "rustcdc.postgres.shop.stream-poll-interval");
        assertRefused(
                options -> options.silenceTimeout(Duration.ofSeconds(1)), "rustcdc.postgres.shop.silence-timeout");
    }

    @Test
    void printsNoSecret() {
        PostgresOptions options =
                builder().credentials(() -> new Credentials("cdc", "secret")).build();

        assertThat(options.toString()).doesNotContain("secret").contains("localhost:5432/shop");
    }

    private static void assertRefused(UnaryOperator<PostgresOptions.Builder> change, String key) {
        SourceException refused = Assertions.catchThrowableOfType(
                SourceException.class, () -> change.apply(builder()).build());
        assertThat(refused.kind()).isEqualTo(FailureKind.CONFIGURATION);
        assertThat(refused.getMessage() + refused.action()).contains(key);
    }

    private static PostgresOptions.Builder builder() {
        return PostgresOptions.builder("shop")
                .database("shop")
                .credentials(() -> new Credentials("cdc", null))
                .replicationSlotName("shop_cdc")
                .publicationName("shop_cdc");
    }
}
