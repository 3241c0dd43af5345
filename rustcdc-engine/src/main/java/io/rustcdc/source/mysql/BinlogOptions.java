package io.rustcdc.source.mysql;

import io.rustcdc.source.internal.SettingChecks;
import org.jspecify.annotations.Nullable;

/**
 * How the binlog is asked for.
 *
 * @param serverId what the reader is called by, as a replica would be
 * @param gtidMode whether positions are GTID sets; null where the server has them
 * @param formatCheck whether another format than ROW is refused
 */
record BinlogOptions(long serverId, @Nullable Boolean gtidMode, boolean formatCheck) {

    private static final long MOST = 0xffff_ffffL;

    static BinlogOptions checked(SettingChecks checks, long serverId, @Nullable Boolean gtidMode, boolean formatCheck) {
        if (serverId < 1 || serverId > MOST) {
            throw checks.refused(
                    "server-id",
                    serverId == 0 ? "not set" : Long.toString(serverId),
                    "a number from 1 to %d that neither the server nor any replica or other reader of it has"
                            .formatted(MOST));
        }
        return new BinlogOptions(serverId, gtidMode, formatCheck);
    }
}
