package io.rustcdc.spring;

import io.rustcdc.CdcEngine;
import java.util.Set;

/**
 * The engines of the configured sources. They exist from the moment on when all singletons are created; they start and
 * stop with the application context. Thread-safe.
 */
public interface CdcEngines {

    /** The names of all configured sources, in the order of the configuration; known from the beginning. */
    Set<String> names();

    /**
     * The engine of a source.
     *
     * @throws IllegalArgumentException if there is no source of that name
     * @throws IllegalStateException before all singletons of the application context are created
     */
    CdcEngine get(String source);
}
