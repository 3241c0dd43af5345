package io.rustcdc.spring.autoconfigure;

import io.rustcdc.source.Credentials;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the application itself connects to. */
@FunctionalInterface
interface ConnectionDefaults {

    /** The application's connection whose JDBC URL begins with one of these; null when there is no such one, or several. */
    @Nullable
    JdbcConnection find(List<String> urlPrefixes);

    /** @param credentials asked anew each time; null when the application names no user */
    record JdbcConnection(String url, Credentials.@Nullable Provider credentials) {

        /** The URL may hold a password. */
        @Override
        public String toString() {
            return "JdbcConnection";
        }
    }
}
