package io.rustcdc.engine;

import io.rustcdc.source.mysql.Flavor;

/** The servers with a binlog, and what their positions are. */
enum BinlogMode {
    MYSQL_BY_GTID(Flavor.MYSQL, true),
    MYSQL_BY_FILE(Flavor.MYSQL, false),
    MARIADB_BY_GTID(Flavor.MARIADB, true),
    MARIADB_BY_FILE(Flavor.MARIADB, false);

    private final Flavor flavor;
    private final boolean gtids;

    BinlogMode(Flavor flavor, boolean gtids) {
        this.flavor = flavor;
        this.gtids = gtids;
    }

    Flavor flavor() {
        return flavor;
    }

    boolean gtids() {
        return gtids;
    }
}
