package io.rustcdc.spring.autoconfigure;

import org.jspecify.annotations.Nullable;

/** What the sources of every database have to say about the connection, each in the words of its database. */
abstract class DatabaseProperties extends SourceProperties {

    public abstract @Nullable String getHost();

    public abstract @Nullable Integer getPort();

    public abstract @Nullable String getDatabase();

    public abstract @Nullable String getUser();

    public abstract @Nullable String getPassword();
}
