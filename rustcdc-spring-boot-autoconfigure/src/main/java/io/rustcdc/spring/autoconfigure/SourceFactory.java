package io.rustcdc.spring.autoconfigure;

import io.rustcdc.source.SourceConnector;
import io.rustcdc.source.TableFilter;
import io.rustcdc.spring.CdcConfigurationException;
import org.jspecify.annotations.Nullable;

/** Makes the connectors to one kind of database. */
interface SourceFactory {

    /**
     * From the source's settings and, for what they leave out, the application's connection.
     *
     * @throws CdcConfigurationException if they do not suffice
     */
    SourceConnector create(ConfiguredSource source, TableFilter tables);

    /** The schema in which names of tables without one count; null if they count in any. */
    default @Nullable String ownSchema(ConfiguredSource source) {
        return null;
    }
}
