package io.rustcdc.source.postgres;

import java.util.regex.Pattern;

/**
 * The replication slot to read.
 *
 * @param name lower-case letters, digits and {@code _}, as the server demands
 */
record SlotOptions(String name) {

    private static final Pattern NAME = Pattern.compile("[a-z0-9_]+");

    static SlotOptions checked(SettingChecks checks, String name) {
        return new SlotOptions(checks.name("replication-slot-name", name, NAME, "lower-case letters, digits and _"));
    }
}
