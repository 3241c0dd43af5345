package io.rustcdc.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.event.CdcException;
import io.rustcdc.event.FailureKind;
import java.io.IOException;
import java.net.ConnectException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class FailureTextTests {

    @Test
    @DisplayName("OB-04 the root cause is in the text, once")
    void describesTheRootCauseOnce() {
        Throwable root = new ConnectException("Connection refused");
        Throwable wrapped = new IllegalStateException("The connection attempt failed.", new IOException(root));
        assertThat(FailureText.full(
                        new CdcException(FailureKind.TRANSIENT, "Cannot connect to 'db:5432'", "Start it.", wrapped)))
                .isEqualTo("Cannot connect to 'db:5432'; root cause: ConnectException: Connection refused");
        assertThat(FailureText.full(
                        new CdcException(FailureKind.TRANSIENT, "Cannot connect: Connection refused", null, wrapped)))
                .isEqualTo("Cannot connect: Connection refused");
        assertThat(FailureText.full(new RuntimeException(
                        "Cannot connect: Access denied", new IOException("(conn=42) Access denied"))))
                .isEqualTo("Cannot connect: Access denied");
        assertThat(FailureText.full(root)).isEqualTo("Connection refused");
        assertThat(FailureText.full(new RuntimeException("It failed.", new NullPointerException())))
                .isEqualTo("It failed. root cause: NullPointerException");
        assertThat(FailureText.full(new NullPointerException())).isEqualTo("NullPointerException");
    }

    @Test
    @DisplayName("OB-05 a text of several lines becomes one, secrets of the cause are redacted too")
    void describesInOneLine() {
        assertThat(FailureText.full(new RuntimeException(
                        "first\n    second\r\nthird", new IOException("url was jdbc:x://h?password=s3cret"))))
                .isEqualTo("first second third; root cause: IOException: url was jdbc:x://h?password=***redacted***");
    }

    @Test
    void endsOnACauseThatIsARing() {
        RuntimeException one = new RuntimeException("one");
        RuntimeException two = new RuntimeException("two", one);
        one.initCause(two);
        assertThat(FailureText.full(one)).startsWith("one");
    }

    @Test
    void namesClassesInsteadOfAListenersWords() {
        Throwable duplicate = new IOException("Key (email)=(ann@example.org) already exists");
        RuntimeException failure = new IllegalStateException("could not insert ann@example.org", duplicate);
        assertThat(FailureText.withoutValues(failure)).isEqualTo("IllegalStateException; root cause: IOException");
        assertThat(FailureText.withoutValues(
                        new CdcException(FailureKind.TERMINAL, "Listener 'orders' failed", null, failure)))
                .isEqualTo("Listener 'orders' failed; root cause: IOException");
        assertThat(FailureText.stack(failure))
                .startsWith(
                        "java.lang.IllegalStateException\n\tat " + getClass().getName())
                .contains("\nCaused by: java.io.IOException\n\tat ")
                .doesNotContain("ann@example.org");
    }
}
