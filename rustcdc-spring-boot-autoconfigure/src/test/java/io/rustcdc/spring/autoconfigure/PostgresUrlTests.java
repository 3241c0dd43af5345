package io.rustcdc.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PostgresUrlTests {

    @ParameterizedTest
    @CsvSource({
        "jdbc:postgresql://db/shop, db, shop",
        "jdbc:postgresql://db:5433/shop?sslmode=require, db:5433, shop",
        "jdbc:postgresql://[::1]:5433/shop, [::1]:5433, shop",
        "jdbc:postgresql://[fe80::1]/shop, [fe80::1], shop",
        "jdbc:postgresql:shop, localhost, shop",
        "jdbc:postgresql:/, localhost, ",
        "jdbc:postgresql://db, db, ",
        "jdbc:postgresql://db/, db, ",
        "jdbc:postgresql:///shop, localhost, shop",
        "jdbc:postgresql://db/my%20shop, db, my shop",
        "jdbc:postgresql://:5433/shop, localhost:5433, shop"
    })
    void hasItsParts(String url, String hosts, String database) {
        PostgresUrl parsed = PostgresUrl.parse(url);

        assertThat(parsed.hosts()).isEqualTo(hosts);
        assertThat(parsed.database()).isEqualTo(database);
    }

    @Test
    void hasParameters() {
        PostgresUrl url =
                PostgresUrl.parse("jdbc:postgresql://db/shop?ssl&sslMode=verify-full&sslrootcert=%2Fca%2Fdb.pem");

        assertThat(url.parameters().get("sslmode")).isEqualTo("verify-full");
        assertThat(url.parameters().get("sslrootcert")).isEqualTo("/ca/db.pem");
        assertThat(url.parameters().get("ssl")).isEmpty();
        assertThat(url.parameters().get("user")).isNull();
    }

    @Test
    void mayHaveSeveralHosts() {
        assertThat(PostgresUrl.parse("jdbc:postgresql://a:1,[::1],/shop").hosts())
                .isEqualTo("a:1,[::1],localhost");
    }

    @Test
    void doesNotPrintItsParameters() {
        assertThat(PostgresUrl.parse("jdbc:postgresql://db/shop?password=s3cret")
                        .toString())
                .doesNotContain("s3cret");
    }
}
