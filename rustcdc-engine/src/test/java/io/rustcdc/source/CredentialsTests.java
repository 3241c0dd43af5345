package io.rustcdc.source;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CredentialsTests {

    @Test
    @DisplayName("SE-01 credentials print the user only")
    void printTheUserOnly() {
        Credentials credentials = new Credentials("cdc_user", "s3cret");
        assertThat(credentials)
                .asString()
                .contains("cdc_user", "***redacted***")
                .doesNotContain("s3cret");
        assertThat(credentials.password()).isEqualTo("s3cret");
        assertThat(new Credentials("cdc_user", null)).asString().contains("cdc_user");
    }
}
