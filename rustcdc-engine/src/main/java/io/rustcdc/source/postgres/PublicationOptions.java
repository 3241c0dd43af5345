package io.rustcdc.source.postgres;

import io.rustcdc.source.internal.SettingChecks;
import java.util.regex.Pattern;

/**
 * The publication to read through.
 *
 * @param name letters, digits and {@code _}, case counts
 * @param create whether it is created when missing, and a missing table added to it, where the role may
 */
record PublicationOptions(String name, boolean create) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_]+");

    static PublicationOptions checked(SettingChecks checks, String name, boolean create) {
        return new PublicationOptions(checks.name("publication-name", name, NAME, "letters, digits and _"), create);
    }
}
