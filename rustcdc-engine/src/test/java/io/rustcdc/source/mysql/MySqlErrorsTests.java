package io.rustcdc.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.event.FailureKind;
import io.rustcdc.source.Credentials;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.Transport;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.sql.SQLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MySqlErrorsTests {

    private static final BinlogPosition POSITION = BinlogPosition.parse("binlog.000003:300");

    private final MySqlErrors errors = new MySqlErrors(options(Transport.plaintext()));

    private static MySqlOptions options(Transport transport) {
        return MySqlOptions.builder(Flavor.MYSQL, "shop")
                .host("db1")
                .credentials(() -> new Credentials("cdc", "secret"))
                .transport(transport)
                .serverId(77)
                .build();
    }

    private static SQLException dump(String text) {
        return new SQLException(text, "HY000", 1236);
    }

    @ParameterizedTest
    @CsvSource({
        "1045, AUTHENTICATION, rustcdc.mysql.shop.password",
        "1698, AUTHENTICATION, rustcdc.mysql.shop.user",
        "1820, AUTHENTICATION, ALTER USER",
        "1862, AUTHENTICATION, PASSWORD EXPIRE NEVER",
        "3118, AUTHENTICATION, ACCOUNT UNLOCK",
        "1130, AUTHENTICATION, for the host",
        "1044, CONFIGURATION, REPLICATION SLAVE",
        "1142, CONFIGURATION, GRANT SELECT",
        "1143, CONFIGURATION, GRANT SELECT",
        "1227, CONFIGURATION, REPLICATION CLIENT ON *.*",
        "1049, CONFIGURATION, rustcdc.mysql.shop.database",
        "1381, CONFIGURATION, log_bin",
        "1040, TRANSIENT,",
        "1203, TRANSIENT, MAX_USER_CONNECTIONS",
        "1129, TRANSIENT, FLUSH HOSTS",
        "1053, TRANSIENT,",
        "1927, TRANSIENT,",
    })
    void tellsByTheServersNumberWhatCanBeDone(int code, FailureKind kind, String action) {
        SourceException failure =
                errors.connecting(new SQLException("(conn=12) the server's words", "HY000", code), false);

        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure).hasMessage("Cannot connect to db1:3306: the server's words");
        assertThat(String.valueOf(failure.action())).contains(action == null ? "null" : action);
    }

    @Test
    void mariaDbHasAnotherNameForTheRight() {
        MySqlErrors maria = new MySqlErrors(MySqlOptions.builder(Flavor.MARIADB, "shop")
                .credentials(() -> new Credentials("cdc", null))
                .serverId(77)
                .build());

        assertThat(maria.failed("look", new SQLException("", "42000", 1227)).action())
                .isEqualTo(
                        "GRANT SELECT, REPLICATION SLAVE, BINLOG MONITOR ON *.* TO <user>; As an administrator; <user> is the one of rustcdc.mariadb.shop.user");
    }

    @Test
    void deniedAccessAtTheRegistrationIsAMissingRight() {
        SourceException failure = errors.registering(new SQLException("Access denied", "28000", 1045));

        assertThat(failure.kind()).isEqualTo(FailureKind.CONFIGURATION);
        assertThat(failure.action()).contains("REPLICATION SLAVE");
    }

    @Test
    void networkFailuresPass() {
        for (IOException cause : new IOException[] {
            new ConnectException("Connection refused"), new UnknownHostException("db1"), new SocketTimeoutException()
        }) {
            SQLException e = new SQLException("Socket fail to connect to db1", "08000", 0, cause);

            assertThat(errors.connecting(e, false).kind()).isEqualTo(FailureKind.TRANSIENT);
        }
        assertThat(errors.connecting(new SQLException("closed", "08000"), false).kind())
                .isEqualTo(FailureKind.TRANSIENT);
        assertThat(errors.streamBroken(new IOException("reset")).kind()).isEqualTo(FailureKind.TRANSIENT);
    }

    @Test
    void theKeyOfTheServerIsAChoice() {
        SourceException failure = errors.connecting(
                new SQLException(
                        "RSA public key is not available client side (option serverRsaPublicKeyFile not set)", "S1009"),
                false);

        assertThat(failure.kind()).isEqualTo(FailureKind.CONFIGURATION);
        assertThat(failure.action())
                .contains("rustcdc.mysql.shop.transport.mode: tls")
                .contains("rustcdc.mysql.shop.allow-public-key-retrieval: true");
    }

    @Test
    void tellsWhyThereIsNoTls() {
        MySqlErrors tls = new MySqlErrors(options(Transport.tls()));

        SourceException none = tls.connecting(
                new SQLException("(conn=9) Trying to connect with ssl, but ssl not enabled in the server", "08000"),
                false);
        SourceException expired = tls.connecting(handshake(new CertificateExpiredException("NotAfter: ...")), true);
        SourceException otherName =
                tls.connecting(handshake(new CertificateException("No name matching db1 found")), true);
        SourceException alert = tls.connecting(
                new SQLException("", "08000", -1, new SSLHandshakeException("Received fatal alert: bad_certificate")),
                true);
        SourceException cut =
                tls.connecting(new SQLException("", "08000", -1, new IOException("Connection reset")), true);

        assertThat(none.kind()).isEqualTo(FailureKind.CONFIGURATION);
        assertThat(none).hasMessageContaining("does not offer TLS; nothing was sent");
        assertThat(expired.kind()).isEqualTo(FailureKind.AUTHENTICATION);
        assertThat(expired).hasMessageContaining("not valid at this time");
        assertThat(otherName).hasMessageContaining("made for another host");
        assertThat(alert).hasMessageContaining("ended the TLS handshake");
        assertThat(cut.kind()).isEqualTo(FailureKind.TRANSIENT);
    }

    private static SQLException handshake(CertificateException why) {
        return new SQLException("", "08000", -1, new SSLHandshakeException("handshake").initCause(why));
    }

    // MY-04; the words are those of MySQL 8.0.33 and MariaDB 11.4.5
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Cannot replicate because the source purged required binary logs. Replicate the missing transactions from elsewhere",
                "Could not find first log file name in binary log index file",
                "Could not find GTID state requested by slave in any binlog files. Probably the slave state is too old and required binlog files have been purged.",
                "Replica has more GTIDs than the source has, using the source's SERVER_UUID.",
                "Error: connecting slave requested to start from GTID 0-1-100, which is not in the master's binlog",
                "The binlog on the master is missing the GTID 0-1-7 requested by the slave (even though a subsequent sequence number does exist), and GTID strict mode is enabled",
                "Client requested source to start replication from position > file size",
                "Client requested source to start replication from position < 4",
                "Client requested master to start replication from impossible position; the first event 'binlog.000003' at 50000, the last event read from 'binlog.000003' at 4, the last byte read from 'binlog.000003' at 4.",
                "bogus data in log event",
                "binlog truncated in the middle of event; consider out of disk space on source; the first event 'binlog.000003' at 300",
                "log event entry exceeded max_allowed_packet; Increase max_allowed_packet on master; the first event 'binlog.000003' at 300, the last event read from 'binlog.000003' at 300, the last byte read from 'binlog.000003' at 319.",
            })
    void knowsALostPositionByTheServersWords(String text) {
        SourceException failure = errors.reading(dump(text), POSITION);

        assertThat(failure.kind()).isEqualTo(FailureKind.POSITION_LOST);
        assertThat(failure)
                .hasMessageContaining("mysql checkpoint/binlog divergence for source 'shop' on db1:3306")
                .hasMessageContaining(text);
        assertThat(failure.action())
                .contains("accept-gap")
                .contains("on-position-lost: resnapshot")
                .contains("Or reset");
    }

    @Test
    void namesThePositionThatIsNone() {
        assertThat(errors.reading(dump("bogus data in log event"), POSITION))
                .hasMessageContaining("no event begins at checkpoint=binlog.000003:300");
    }

    @Test
    void anEventThatIsTooLargeToSendIsNoLostPosition() {
        SourceException failure = errors.reading(
                dump(
                        "log event entry exceeded max_allowed_packet; Increase max_allowed_packet on source; the first event 'binlog.000003' at 300, the last event read from 'binlog.000003' at 90000, the last byte read from 'binlog.000003' at 90019."),
                POSITION);

        assertThat(failure.kind()).isEqualTo(FailureKind.TERMINAL);
        assertThat(failure.action()).contains("SET GLOBAL max_allowed_packet");
    }

    // MY-14
    @Test
    void my14anotherReaderWithTheSameIdIsNamed() {
        SQLException mysql = dump(
                "A replica with the same server_uuid/server_id as this replica has connected to the source; the first event 'binlog.000004' at 4");
        SQLException maria = new SQLException(
                "A slave with the same server_uuid/server_id is already connected; the first event", "HY000", 4052);
        for (SQLException e : new SQLException[] {mysql, maria}) {
            SourceException failure = errors.reading(e, POSITION);

            assertThat(MySqlErrors.isEvicted(e)).isTrue();
            assertThat(failure.kind()).isEqualTo(FailureKind.IN_USE);
            assertThat(failure).hasMessageContaining("Server id 77 is in use on db1:3306");
            assertThat(failure.action()).contains("rustcdc.mysql.shop.server-id");
        }
        assertThat(MySqlErrors.isEvicted(dump("bogus data in log event"))).isFalse();
    }

    @Test
    void whatTheServerMayGetOverIsTriedAgain() {
        for (String text : new String[] {
            "could not find next log",
            "memory allocation failed reading log event",
            "The replication sender thread cannot start in AUTO_POSITION mode: this server has GTID_MODE = ON_PERMISSIVE instead of ON."
        }) {
            assertThat(errors.reading(dump(text), POSITION).kind()).isEqualTo(FailureKind.TRANSIENT);
        }
        assertThat(errors.reading(dump("something new"), POSITION).kind()).isEqualTo(FailureKind.TERMINAL);
        assertThat(errors.reading(dump("Binary log is not open"), POSITION).kind())
                .isEqualTo(FailureKind.CONFIGURATION);
    }

    @Test
    void noMessageShowsASecret() {
        SQLException e = new SQLException("jdbc:mariadb://cdc:secret@db1/ failed, password=secret", "08000");

        assertThat(errors.connecting(e, false).getMessage()).doesNotContain("secret");
    }
}
