package io.rustcdc.transform;

import org.jspecify.annotations.Nullable;

/**
 * What stands for a masked value. SQL NULL stays NULL, and what was not sent stays absent.
 *
 * @param text stands for the value; null to have NULL instead
 * @param keepLast so many characters of the value's text follow it, if the value has more than that
 */
public record Mask(@Nullable String text, int keepLast) {

    public Mask {
        if (text != null && text.isEmpty()) {
            throw new IllegalArgumentException(
                    "The text of a mask must not be empty: an empty value could not be told from a masked one");
        }
        if (keepLast < 0 || (text == null && keepLast > 0)) {
            throw new IllegalArgumentException(
                    "A mask keeps the last 0 or more characters, and none behind NULL; found %d".formatted(keepLast));
        }
    }

    /** Another text for every value. */
    public static Mask text(String text) {
        return new Mask(text, 0);
    }

    /** NULL for every value. */
    public static Mask nothing() {
        return new Mask(null, 0);
    }

    /** The same, and the value's last characters behind it. */
    public Mask keepingLast(int characters) {
        return new Mask(text, characters);
    }
}
