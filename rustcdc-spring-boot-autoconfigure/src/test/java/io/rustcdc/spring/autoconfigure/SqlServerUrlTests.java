package io.rustcdc.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.rustcdc.source.Transport;
import io.rustcdc.source.Transport.Mode;
import io.rustcdc.spring.CdcConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SqlServerUrlTests {

    private static final ConfiguredSource SOURCE = ConfiguredSource.of("sqlserver", "shop", new SqlServerProperties());

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "jdbc:sqlserver://db;databaseName=shop | db | shop | ",
                "jdbc:sqlserver://db:1444;database=shop;encrypt=false | db:1444 | shop | ",
                "jdbc:sqlserver://db\\SQLEXPRESS;databaseName=shop | db | shop | SQLEXPRESS",
                "jdbc:sqlserver://db\\SQLEXPRESS:1444;databaseName=shop | db:1444 | shop | ",
                "jdbc:sqlserver://;serverName=db;portNumber=1444 | db:1444 | | ",
                "jdbc:sqlserver://[::1]:1444 | [::1]:1444 | | ",
                "jdbc:sqlserver: | localhost | | "
            })
    void hasItsParts(String url, String hosts, String database, String instance) {
        SqlServerUrl parsed = SqlServerUrl.parse(url);

        assertThat(parsed.hosts()).isEqualTo(hosts);
        assertThat(parsed.database()).isEqualTo(database);
        assertThat(parsed.instanceName()).isEqualTo(instance);
    }

    @Test
    void aValueInBracesMayHoldSemicolons() {
        assertThat(SqlServerUrl.parse("jdbc:sqlserver://db;password={a;b};databaseName=shop")
                        .database())
                .isEqualTo("shop");
    }

    @Test
    void encryptionIsAsTheUrlSays() {
        assertThat(transport("encrypt=false").mode()).isEqualTo(Mode.PLAINTEXT);
        assertThat(transport("encrypt=true").mode()).isEqualTo(Mode.TLS);
        assertThat(SqlServerUrl.parse("jdbc:sqlserver://db").transport(SOURCE)).isNull();
        assertThat(SqlServerUrl.parse("jdbc:sqlserver://db;trustServerCertificate=true")
                        .trustsServerCertificate())
                .isTrue();
    }

    @Test
    void aKeyStoreIsRefused() {
        assertThatExceptionOfType(CdcConfigurationException.class)
                .isThrownBy(() -> transport("encrypt=true;trustStore=/ca.jks"))
                .satisfies(refused -> assertThat(refused.action()).contains("transport.ssl-bundle"));
    }

    @Test
    void isNeverPrinted() {
        assertThat(SqlServerUrl.parse("jdbc:sqlserver://db;password=s3cret").toString())
                .doesNotContain("s3cret");
    }

    private static Transport transport(String properties) {
        Transport transport =
                SqlServerUrl.parse("jdbc:sqlserver://db;" + properties).transport(SOURCE);
        assertThat(transport).isNotNull();
        return transport;
    }
}
