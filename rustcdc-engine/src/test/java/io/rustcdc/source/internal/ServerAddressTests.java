package io.rustcdc.source.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.event.FailureKind;
import io.rustcdc.source.SourceException;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerAddressTests {

    private final SettingChecks checks = new SettingChecks("postgres", "shop");

    @ParameterizedTest
    @CsvSource({
        "db, db:5433",
        "db:5434, db:5434",
        "127.0.0.1, 127.0.0.1:5433",
        "::1, [::1]:5433",
        "[::1], [::1]:5433",
        "[fe80::1]:5434, [fe80::1]:5434",
        "db_1.example-2.com, db_1.example-2.com:5433"
    })
    void isAHostWithOrWithoutItsPort(String text, String address) {
        assertThat(ServerAddress.parse(checks, text, 5433)).singleElement().hasToString(address);
    }

    @Test
    void areSeveralWithCommas() {
        assertThat(ServerAddress.parse(checks, "db1, db2:5434 ,[::1]:5435,::2", 5433))
                .isEqualTo(List.of(
                        new ServerAddress("db1", 5433),
                        new ServerAddress("db2", 5434),
                        new ServerAddress("::1", 5435),
                        new ServerAddress("::2", 5433)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {" ", "db,", ",db", "db:", "db:x", "db:0", "db:65536", "[::1", "db:5432:5433", "a:b:c", "[db]x"})
    void refusesWhatIsNoAddress(String text) {
        SourceException refused =
                Assertions.catchThrowableOfType(SourceException.class, () -> ServerAddress.parse(checks, text, 5433));

        assertThat(refused.kind()).isEqualTo(FailureKind.CONFIGURATION);
        assertThat(refused.getMessage() + refused.action()).contains("rustcdc.postgres.shop.host");
    }
}
