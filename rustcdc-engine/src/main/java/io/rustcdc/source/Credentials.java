package io.rustcdc.source;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A user and a secret. Prints the user only.
 *
 * @param password null where the server asks for none
 */
public record Credentials(String user, @Nullable String password) {

    public Credentials {
        Objects.requireNonNull(user, "user");
    }

    @Override
    public String toString() {
        return "Credentials[user=" + user + ", password=***redacted***]";
    }

    /** Asked at each connection, so that a rotated secret is picked up without a restart. */
    @FunctionalInterface
    public interface Provider {

        Credentials get();
    }
}
