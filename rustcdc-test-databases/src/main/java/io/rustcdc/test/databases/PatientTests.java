package io.rustcdc.test.databases;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Lets tests wait for up to a minute where they do not say for how long: a database on a busy machine with a slow disk needs more than
 * Awaitility's ten seconds now and then. JUnit finds it by itself.
 */
public final class PatientTests implements BeforeAllCallback {

    @Override
    public void beforeAll(ExtensionContext context) {
        Awaitility.setDefaultTimeout(Duration.ofMinutes(1));
    }
}
