package io.rustcdc.spring.autoconfigure;

import io.rustcdc.source.Credentials;
import org.jspecify.annotations.Nullable;

/** What the application itself connects to. */
@FunctionalInterface
interface ConnectionDefaults {

    /** The application's connection whose JDBC URL begins with this, or null when there is no such one, or several. */
    @Nullable
    JdbcConnection find(String urlPrefix);

    /** @param credentials asked anew each time; null when the application names no user */
    record JdbcConnection(String url, Credentials.@Nullable Provider credentials) {

        /** The URL may hold a password. */
        @Override
        public String toString() {
            return "JdbcConnection";
        }
    }
}
