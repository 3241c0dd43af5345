package io.rustcdc.event;

/**
 * Where changes come from.
 *
 * @param name the configured name of the source, unique in an application
 * @param type {@code postgres}, {@code mysql}, {@code mariadb} or {@code sqlserver}
 */
public record EventSource(String name, String type) {

    public EventSource {
        if (name.isBlank() || type.isBlank()) {
            throw new IllegalArgumentException("A source needs a name and a type");
        }
    }
}
