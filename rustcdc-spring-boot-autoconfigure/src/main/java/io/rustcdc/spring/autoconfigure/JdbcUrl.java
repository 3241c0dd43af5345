package io.rustcdc.spring.autoconfigure;

import io.rustcdc.source.Transport;
import io.rustcdc.spring.CdcConfigurationException;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a source takes over from a JDBC URL of the application. */
interface JdbcUrl {

    /** In the form of the setting {@code host}: with commas, each with its port if it is not the usual one. */
    String hosts();

    /** Null when the URL names none. */
    @Nullable
    String database();

    /**
     * How the URL asks for the connection to be protected; null if it does not. Anything with TLS is verified here.
     *
     * @param source whom it is for
     * @throws CdcConfigurationException if that cannot be had
     */
    @Nullable
    Transport transport(ConfiguredSource source);

    /**
     * The URLs that lead to a database.
     *
     * @param product the database's name in messages
     * @param prefixes what they begin with
     */
    record Kind(String product, List<String> prefixes, Function<String, JdbcUrl> parser) {}
}
