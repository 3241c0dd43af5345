package io.rustcdc.spring.autoconfigure;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where a source's server is: as its settings say, or as the application's JDBC URL says. Never mixed.
 *
 * @param url null when the settings say it
 */
record ConfiguredServer(
        DatabaseProperties settings, @Nullable JdbcUrl url) {

    /** With commas, and with ports where there are any. */
    String hosts() {
        return url == null ? Objects.requireNonNull(settings.getHost()) : url.hosts();
    }

    /** @param usual for the hosts without one */
    int port(int usual) {
        return settings.getPort() == null ? usual : settings.getPort();
    }

    @Nullable
    String database() {
        return url == null ? settings.getDatabase() : url.database();
    }
}
