package io.rustcdc.event;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something that does not keep a source from capturing, but that somebody should see to. Two warnings with one code and one
 * subject are the same warning.
 *
 * @param code a short name for logs, such as {@code table_not_captured}
 * @param subject what it is about, such as a table's name
 * @param text what was found
 * @param action what to do about it
 */
public record SourceWarning(
        String code, String subject, String text, @Nullable String action) {

    public SourceWarning {
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(subject, "subject");
        Objects.requireNonNull(text, "text");
    }

    /** Whether the other one reports the same thing, perhaps in other words. */
    public boolean isSameAs(SourceWarning other) {
        return code.equals(other.code) && subject.equals(other.subject);
    }
}
