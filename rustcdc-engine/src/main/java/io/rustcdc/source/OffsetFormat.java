package io.rustcdc.source;

import io.rustcdc.event.Offset;
import java.util.Map;

/** Reads a connector's offsets back from the fields that {@link Offset#fields()} gave, or an operator wrote. */
@FunctionalInterface
public interface OffsetFormat {

    /**
     * @param fields as parsed from JSON: String, Integer, Long, Boolean, List, Map
     * @throws IllegalArgumentException if a mandatory field is missing or malformed; the message names the field, what
     *     was expected and what was found
     */
    Offset parse(Map<String, ?> fields);
}
