package io.rustcdc.source.sqlserver;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CertificateNamesTests {

    @Test
    void namesAreTheSameInAnyCase() {
        assertThat(CertificateNames.matches("DB.example.org", "db.EXAMPLE.org")).isTrue();
        assertThat(CertificateNames.matches("db.example.org", "db2.example.org"))
                .isFalse();
    }

    @Test
    void aStarStandsForOneLabel() {
        assertThat(CertificateNames.matches("*.example.org", "db.example.org")).isTrue();
        assertThat(CertificateNames.matches("*.example.org", "a.db.example.org"))
                .isFalse();
        assertThat(CertificateNames.matches("*.example.org", "example.org")).isFalse();
        assertThat(CertificateNames.matches("*.org", "example.org")).isFalse();
    }
}
