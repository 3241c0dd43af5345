package io.rustcdc.spring;

import io.rustcdc.event.EventSource;
import io.rustcdc.source.SourceConnector;
import io.rustcdc.source.TableFilter;

/** Makes the connections to the sources. A bean of this type replaces those to the configured databases, as a test may want. */
@FunctionalInterface
public interface SourceConnectorFactory {

    /**
     * The connector of a configured source; called once for each.
     *
     * @param tables what it is to capture
     */
    SourceConnector create(EventSource source, TableFilter tables);
}
