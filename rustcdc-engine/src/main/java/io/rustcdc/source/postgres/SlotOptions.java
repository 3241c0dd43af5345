package io.rustcdc.source.postgres;

import io.rustcdc.source.internal.SettingChecks;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The replication slot to read.
 *
 * @param name lower-case letters, digits and {@code _}, as the server demands
 * @param failover whether standbys keep a copy of it; null where the slot is created and the server has that
 */
record SlotOptions(String name, @Nullable Boolean failover) {

    private static final Pattern NAME = Pattern.compile("[a-z0-9_]+");

    static SlotOptions checked(SettingChecks checks, String name, @Nullable Boolean failover) {
        return new SlotOptions(
                checks.name("replication-slot-name", name, NAME, "lower-case letters, digits and _"), failover);
    }
}
