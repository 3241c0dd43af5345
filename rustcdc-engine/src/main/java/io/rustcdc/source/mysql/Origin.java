package io.rustcdc.source.mysql;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The server whose binlog a file position is in. Offsets of one stream share one instance.
 *
 * @param serverUuid {@code server_uuid} of MySQL; null where it is not known, and on MariaDB
 * @param serverId {@code server_id} of MariaDB, which has nothing better; 0 where it is not known, and on MySQL
 */
record Origin(Flavor flavor, @Nullable String serverUuid, long serverId) {

    Origin {
        boolean mysql = flavor == Flavor.MYSQL;
        serverUuid = mysql && serverUuid != null ? serverUuid.toLowerCase(Locale.ROOT) : null;
        serverId = mysql ? 0 : serverId;
    }

    /** Of an offset written by hand. */
    static Origin unknown(Flavor flavor) {
        return new Origin(flavor, null, 0);
    }

    boolean isKnown() {
        return serverUuid != null || serverId != 0;
    }

    /** Whether file positions of the two can be compared. */
    boolean isSameServer(Origin other) {
        return isKnown() && equals(other);
    }

    /** For messages: {@code server_uuid 3e11...} or {@code server_id 7}. */
    @Override
    public String toString() {
        if (!isKnown()) {
            return "an unknown server";
        }
        return serverUuid != null ? "server_uuid " + serverUuid : "server_id " + serverId;
    }
}
