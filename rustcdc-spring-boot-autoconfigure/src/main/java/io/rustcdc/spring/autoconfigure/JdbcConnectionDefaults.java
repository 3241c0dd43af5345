package io.rustcdc.spring.autoconfigure;

import io.rustcdc.source.Credentials;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;

/** From {@code spring.datasource}, a service connection or Docker Compose. */
final class JdbcConnectionDefaults implements ConnectionDefaults {

    private final ObjectProvider<JdbcConnectionDetails> details;

    JdbcConnectionDefaults(ObjectProvider<JdbcConnectionDetails> details) {
        this.details = details;
    }

    @Override
    public @Nullable JdbcConnection find(List<String> urlPrefixes) {
        JdbcConnectionDetails only = details.getIfUnique();
        if (only == null || urlPrefixes.stream().noneMatch(only.getJdbcUrl()::startsWith)) {
            return null;
        }
        return new JdbcConnection(only.getJdbcUrl(), only.getUsername() == null ? null : () -> credentials(only));
    }

    private static Credentials credentials(JdbcConnectionDetails details) {
        String user = details.getUsername();
        return new Credentials(user == null ? "" : user, details.getPassword());
    }
}
