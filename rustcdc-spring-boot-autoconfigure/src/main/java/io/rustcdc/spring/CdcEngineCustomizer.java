package io.rustcdc.spring;

import io.rustcdc.CdcEngine;
import io.rustcdc.event.EventSource;

/**
 * Adds to the engine of a source what settings cannot say: observers, listeners in plain Java, options. Beans of this type are
 * applied in their {@code @Order}, after the settings and the listeners, each once for each source.
 */
@FunctionalInterface
public interface CdcEngineCustomizer {

    void customize(EventSource source, CdcEngine.Builder engine);
}
