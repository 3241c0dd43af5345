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
 * @param remedy what to do about it; null for nothing
 */
public record SourceWarning(
        String code, String subject, String text, @Nullable Remedy remedy) {

    public SourceWarning {
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(subject, "subject");
        Objects.requireNonNull(text, "text");
    }

    /** With what to do about it in words. */
    public SourceWarning(String code, String subject, String text, String action) {
        this(code, subject, text, Remedy.words(action));
    }

    /** What to do about it in one line; null for nothing. */
    public @Nullable String action() {
        return remedy == null ? null : remedy.text();
    }

    /** Whether the other one reports the same thing, perhaps in other words. */
    public boolean isSameAs(SourceWarning other) {
        return code.equals(other.code) && subject.equals(other.subject);
    }
}
