package io.rustcdc.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MySqlUrlTests {

    @ParameterizedTest
    @CsvSource({
        "jdbc:mysql://db/shop, db, shop",
        "jdbc:mysql://db:3307/shop?sslMode=REQUIRED, db:3307, shop",
        "jdbc:mysql://[::1]:3307/shop, [::1]:3307, shop",
        "jdbc:mysql://db, db, ",
        "jdbc:mysql://db/, db, ",
        "jdbc:mysql://db?useSSL=false, db, ",
        "jdbc:mysql:///shop, localhost, shop",
        "jdbc:mysql://:3307/shop, localhost:3307, shop",
        "jdbc:mysql://me:s3cret@db/shop, db, shop",
        "jdbc:mysql://db/my%20shop, db, my shop",
        "jdbc:mysql:replication://db/shop, db, shop",
        "jdbc:mariadb://db/shop, db, shop",
        "jdbc:mariadb:sequential://db:3307/shop?useSsl=true, db:3307, shop",
        "jdbc:mariadb://db/my%20shop, db, my%20shop"
    })
    void hasItsParts(String url, String hosts, String database) {
        MySqlUrl parsed = MySqlUrl.parse(url);

        assertThat(parsed.hosts()).isEqualTo(hosts);
        assertThat(parsed.database()).isEqualTo(database);
    }

    @Test
    void hasParametersWhateverTheirCase() {
        MySqlUrl url = MySqlUrl.parse("jdbc:mysql://db/shop?usessl&serverSslCert=%2Fca%2Fdb.pem&requireSSL=false");

        assertThat(url.parameters().isOn("useSSL")).isTrue();
        assertThat(url.parameters().flag("requireSSL")).isFalse();
        assertThat(url.parameters().flag("trustStore")).isNull();
        assertThat(url.parameters().get("serverSslCert")).isEqualTo("/ca/db.pem");
    }

    @Test
    void ofMariaDbHasNoEscapes() {
        assertThat(MySqlUrl.parse("jdbc:mariadb://db/?serverSslCert=/ca/a+b.pem")
                        .parameters()
                        .get("serverSslCert"))
                .isEqualTo("/ca/a+b.pem");
    }

    @Test
    void doesNotPrintWhatMayBeSecret() {
        assertThat(MySqlUrl.parse("jdbc:mysql://me:s3cret@db/shop?password=s3cret")
                        .toString())
                .doesNotContain("s3cret");
    }
}
