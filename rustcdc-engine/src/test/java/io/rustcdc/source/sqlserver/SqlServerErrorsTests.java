package io.rustcdc.source.sqlserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.event.FailureKind;
import io.rustcdc.event.TableId;
import io.rustcdc.source.Credentials;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.TableGoneException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SqlServerErrorsTests {

    private static final TableId ORDERS = new TableId("dbo", "orders");

    private final SqlServerErrors errors = new SqlServerErrors(SqlServerOptions.builder("shop")
            .host("db")
            .database("shop")
            .credentials(() -> new Credentials("cdc", "secret"))
            .build());

    @ParameterizedTest
    @CsvSource({
        "18456, AUTHENTICATION",
        "18486, AUTHENTICATION",
        "4060, CONFIGURATION",
        "229, CONFIGURATION",
        "300, CONFIGURATION",
        "1205, TRANSIENT",
        "1222, TRANSIENT",
        "3961, TRANSIENT",
        "208, TRANSIENT",
        "40613, TRANSIENT"
    })
    void goesByTheNumberOfTheServer(int number, FailureKind kind) {
        assertThat(errors.failed("read the changes", new SQLException("no", "S0001", number))
                        .kind())
                .isEqualTo(kind);
    }

    @Test
    void aMissingRightNamesTheGrant() {
        SourceException failure =
                errors.failed("read the changes", new SQLException("SELECT permission denied", "S0005", 229));
        assertThat(failure.action()).contains("GRANT SELECT ON SCHEMA::[cdc] TO <user>");
    }

    @Test
    void anUntrustedCertificateNamesTheWaysToTrustIt() {
        SQLException refused = new SQLException("The driver could not establish a secure connection", "08S01", 0);
        refused.initCause(new SSLHandshakeException("PKIX path building failed"));
        SourceException failure = errors.connecting(refused);
        assertThat(failure.kind()).isEqualTo(FailureKind.AUTHENTICATION);
        assertThat(failure.action())
                .contains("rustcdc.sqlserver.shop.transport.ca-cert-path")
                .contains("rustcdc.sqlserver.shop.trust-server-certificate: true");
    }

    @Test
    void aHostThatCannotBeFoundIsTriedAgain() {
        SQLException unknown = new SQLException("The TCP/IP connection failed", "08S01", 0);
        unknown.initCause(new UnknownHostException("db"));
        assertThat(errors.connecting(unknown))
                .hasMessageContaining("db:1433/shop")
                .extracting(SourceException::kind)
                .isEqualTo(FailureKind.TRANSIENT);
    }

    @Test
    void theDriversNumberOfTheConnectionIsNotShown() {
        SQLException failure = new SQLException(
                "Login failed. ClientConnectionId:0f7a1b2c-0000-0000-0000-000000000000", "S0001", 18456);
        assertThat(errors.failed("connect", failure)).message().doesNotContain("ClientConnectionId");
    }

    @Test
    void aTableThatIsGoneEndsItsReadingOnly() {
        assertThat(errors.reading(ORDERS, null, new SQLException("Invalid object name", "S0002", 208)))
                .isInstanceOf(TableGoneException.class);
    }

    @Test
    void aConditionThatCannotHoldEndsItsReadingOnlyAndShowsNoValue() {
        RuntimeException failure = errors.reading(
                ORDERS, "total = 'x'", new SQLException("Conversion failed for value 'secret'", "S0001", 245));
        assertThat(failure).isInstanceOf(TableGoneException.class).hasMessageContaining("error 245");
        assertThat(failure).message().doesNotContain("secret");
    }
}
