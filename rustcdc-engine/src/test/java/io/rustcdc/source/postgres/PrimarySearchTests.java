package io.rustcdc.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.event.FailureKind;
import io.rustcdc.source.Credentials;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.internal.ServerAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What several refusals mean together. What needs servers is in the tests with real ones. */
class PrimarySearchTests {

    @ParameterizedTest
    @CsvSource({
        "AUTHENTICATION, TRANSIENT, TRANSIENT",
        "CONFIGURATION, TRANSIENT, TRANSIENT",
        "CONFIGURATION, AUTHENTICATION, AUTHENTICATION",
        "CONFIGURATION, CONFIGURATION, CONFIGURATION"
    })
    void aHostThatCouldNotBeAskedMayBeThePrimary(FailureKind one, FailureKind other, FailureKind together) {
        SourceException refused = search("a:1,b:2", (server, budget) -> {
            throw failure(server.host().equals("a") ? one : other, server);
        });

        assertThat(refused.kind()).isEqualTo(together);
        assertThat(refused).hasMessageContaining("no a:1").hasMessageContaining("no b:2");
        assertThat(refused.action()).startsWith("mend " + together);
    }

    @Test
    void theRefusalOfASingleHostIsToldAsItIs() {
        SourceException refused = search("a:1", (server, budget) -> {
            assertThat(budget).isEqualTo(Duration.ofSeconds(30));
            throw failure(FailureKind.CONFIGURATION, server);
        });

        assertThat(refused)
                .hasMessage(failure(FailureKind.CONFIGURATION, new ServerAddress("a", 1))
                        .getMessage());
    }

    @Test
    void eachHostGetsItsShareOfWhatIsLeft() {
        List<Duration> shares = new ArrayList<>();
        search("a:1,b:2,c:3", (server, budget) -> {
            shares.add(budget);
            throw failure(FailureKind.TRANSIENT, server);
        });

        assertThat(shares).hasSize(3);
        assertThat(shares.get(0)).isLessThanOrEqualTo(Duration.ofSeconds(10));
        assertThat(shares.get(1)).isGreaterThanOrEqualTo(shares.get(0)).isLessThanOrEqualTo(Duration.ofSeconds(15));
        assertThat(shares.get(2)).isGreaterThanOrEqualTo(shares.get(1)).isLessThanOrEqualTo(Duration.ofSeconds(30));
    }

    private static SourceException search(String hosts, PrimarySearch.Opener opener) {
        PostgresOptions options = PostgresOptions.builder("shop")
                .host(hosts)
                .database("shop")
                .credentials(() -> new Credentials("cdc", null))
                .replicationSlotName("shop_cdc")
                .publicationName("shop_cdc")
                .build();
        return Assertions.catchThrowableOfType(SourceException.class, () -> new PrimarySearch(options).find(opener));
    }

    private static SourceException failure(FailureKind kind, ServerAddress server) {
        return new SourceException(kind, "no " + server, "mend " + kind, null);
    }
}
