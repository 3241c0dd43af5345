package io.rustcdc.source.sqlserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.event.FailureKind;
import io.rustcdc.event.SourceWarning;
import io.rustcdc.source.Credentials;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.SourceInspector;
import io.rustcdc.source.SourceStream;
import io.rustcdc.source.StreamRequest;
import io.rustcdc.test.databases.sqlserver.SqlServerContainer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SqlServerChecksInContainerTests extends SqlServerChecksContract {

    SqlServerChecksInContainerTests() {
        super(SqlServerKind.CONTAINER);
    }

    private SqlServerContainer server() {
        return (SqlServerContainer) fixture.database;
    }

    @Test
    @DisplayName("MS-16: the certificate that a server makes for itself is refused clearly, and the way to trust it is"
            + " named")
    void refusesACertificateThatNobodySigned() {
        SourceException failure =
                fixture.refused(fixture.options().trustServerCertificate(false), StreamRequest.fresh());

        assertThat(failure.kind()).isEqualTo(FailureKind.AUTHENTICATION);
        assertThat(failure.action()).contains("rustcdc.sqlserver.shop.trust-server-certificate");
    }

    @Test
    @DisplayName("A wrong password is a failure of authentication")
    void refusesAWrongPassword() {
        SourceException failure = fixture.refused(
                fixture.options().credentials(() -> new Credentials("sa", "wrong")), StreamRequest.fresh());

        assertThat(failure.kind()).isEqualTo(FailureKind.AUTHENTICATION);
        assertThat(failure.getMessage()).doesNotContain("wrong");
    }

    @Test
    @DisplayName("MS-R10: the time of a commit is UTC on a server whose clock hangs in +05:30")
    void tellsTheTimeInUtc() {
        try (SourceStream stream = fixture.openFresh()) {
            io.rustcdc.source.CollectingSink sink = new io.rustcdc.source.CollectingSink();
            Instant before = Instant.now();
            fixture.insert(1, 1);
            fixture.readCommits(stream, sink, 1);
            assertThat(sink.events.get(0).commitTime())
                    .isBetween(
                            before.minus(1, ChronoUnit.MINUTES), Instant.now().plus(1, ChronoUnit.MINUTES));
        }
    }

    @Test
    @DisplayName("A user with the rights of the documentation, and no other, captures changes and rows")
    void worksWithTheLeastRights() {
        String login = "cdc_" + server().name();
        fixture.database.sql(
                "CREATE LOGIN %s WITH PASSWORD = N'A_Str0ng_Password!'".formatted(login),
                "CREATE USER %1$s FOR LOGIN %1$s".formatted(login),
                "GRANT SELECT ON SCHEMA::cdc TO " + login,
                "GRANT SELECT ON dbo.orders TO " + login,
                "GRANT VIEW DATABASE STATE TO " + login);
        SqlServerOptions.Builder options =
                fixture.options().credentials(() -> new Credentials(login, "A_Str0ng_Password!"));
        try (SourceStream stream =
                        fixture.connector(options).open(StreamRequest.fresh().readingRows());
                SourceInspector inspector = fixture.connector(options).inspector()) {
            io.rustcdc.source.CollectingSink sink = new io.rustcdc.source.CollectingSink();
            fixture.insert(1, 1);
            fixture.readCommits(stream, sink, 1);
            assertThat(sink.ids()).containsExactly(1);
            assertThat(inspector.inspect(true).warnings()).isEmpty();
        } finally {
            fixture.database.sql("DROP USER " + login, "DROP LOGIN " + login);
        }
    }

    @Test
    @DisplayName("A user without SELECT on the change tables is refused with the GRANT")
    void refusesAUserWithoutRights() {
        String login = "none_" + server().name();
        fixture.database.sql(
                "CREATE LOGIN %s WITH PASSWORD = N'A_Str0ng_Password!'".formatted(login),
                "CREATE USER %1$s FOR LOGIN %1$s".formatted(login));
        try {
            SourceException failure = fixture.refused(
                    fixture.options().credentials(() -> new Credentials(login, "A_Str0ng_Password!")),
                    StreamRequest.fresh());
            assertThat(failure.kind()).isEqualTo(FailureKind.CONFIGURATION);
            assertThat(Objects.requireNonNull(failure.action())).contains("GRANT SELECT");
        } finally {
            fixture.database.sql("DROP USER " + login, "DROP LOGIN " + login);
        }
    }

    @Test
    @DisplayName("MS-14: a healthy server is not warned about, and each statement of the source is one that it takes")
    void takesEachStatementOfTheSource() {
        fixture.insert(1, 1);
        try (SourceInspector inspector = fixture.connector().inspector()) {
            await().atMost(fixture.database.patience())
                    .untilAsserted(() -> assertThat(inspector.inspect(true).warnings())
                            .extracting(SourceWarning::text)
                            .isEmpty());
        }
        Assertions.assertThat(fixture.connector().snapshots().tables()).hasSize(1);
    }
}
