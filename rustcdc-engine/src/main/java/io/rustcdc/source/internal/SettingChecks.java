package io.rustcdc.source.internal;

import io.rustcdc.source.SourceException;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Refuses settings that cannot work, by the key to mend.
 *
 * @param sourceType the source type, which its settings stand below
 * @param sourceName the source whose settings these are
 */
public record SettingChecks(String sourceType, String sourceName) {

    /** What the server keeps of a name. */
    private static final int NAME_LENGTH = 63;

    /** The key of a setting in {@code application.yml}. */
    public String key(String name) {
        return "rustcdc." + sourceType + "." + sourceName + "." + name;
    }

    public String text(String name, @Nullable String value) {
        if (value == null || value.isBlank()) {
            throw SourceException.configuration(
                    "Source '%s' has no %s".formatted(sourceName, name), "Set " + key(name));
        }
        return value;
    }

    /**
     * @param allowed the pattern in words
     */
    public String name(String name, @Nullable String value, Pattern pattern, String allowed) {
        String text = text(name, value);
        if (text.length() > NAME_LENGTH || !pattern.matcher(text).matches()) {
            throw refused(name, text, "up to " + NAME_LENGTH + " " + allowed);
        }
        return text;
    }

    public Duration within(String name, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw refused(name, text(value), text(least) + " to " + text(most));
        }
        return value;
    }

    public SourceException refused(String name, String found, String expected) {
        return SourceException.configuration(
                "%s is '%s', expected %s".formatted(key(name), found, expected), "Change " + key(name));
    }

    private static String text(Duration duration) {
        return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + " s" : duration.toMillis() + " ms";
    }
}
