package io.rustcdc.source.mysql;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** The tables of the charsets of one byte, as MySQL 8.0 and MariaDB 11.4 themselves convert them; '?' where they have no character. */
final class SingleByteCharsets {

    private static final Properties TABLES = load();

    private SingleByteCharsets() {}

    /** The characters of all 256 bytes; null for no such charset. */
    static @Nullable String table(String name) {
        return TABLES.getProperty(name);
    }

    private static Properties load() {
        Properties tables = new Properties();
        try (Reader in = new InputStreamReader(
                Objects.requireNonNull(SingleByteCharsets.class.getResourceAsStream("single-byte-charsets.properties")),
                StandardCharsets.US_ASCII)) {
            tables.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return tables;
    }
}
