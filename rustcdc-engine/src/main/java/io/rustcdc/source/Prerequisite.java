package io.rustcdc.source;

import io.rustcdc.event.Remedy;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One thing that a source needs of its server or its settings, and how it is.
 *
 * @param name a short name, such as {@code wal-level}: the same at each look
 * @param verdict how it is
 * @param found what was found; of one that was not checked, why not
 * @param remedy what mends it; null where nothing is to be mended, or nothing is known to do so
 */
public record Prerequisite(
        String name,
        Verdict verdict,
        String found,
        @Nullable Remedy remedy) {

    public Prerequisite {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(verdict, "verdict");
        Objects.requireNonNull(found, "found");
    }

    /** How a prerequisite is, from good to bad. */
    public enum Verdict {
        OK,
        /** Not checked, since something that it takes is missing or has failed. */
        NOT_CHECKED,
        /** The source captures, but somebody should see to it. */
        WARNING,
        /** A start of the source fails. */
        FAILED
    }
}
