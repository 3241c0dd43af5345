package io.rustcdc.test.databases;

import io.rustcdc.source.mysql.Flavor;

/** What makes a server the replica of another one: by GTIDs where the primary has them, else by file and position. */
final class MySqlReplication {

    private static final int PATIENCE_SECONDS = 60;

    private final MySqlServer primary;
    private final MySqlDatabase replica;

    MySqlReplication(MySqlServer primary, MySqlServer replica) {
        this.primary = primary;
        this.replica = replica.database("mysql");
    }

    /** Begins with the first transaction that the primary ever had, if the replica is new. */
    void begin() {
        if (isMariaDb()) {
            replica.sql(
                    "CHANGE MASTER TO MASTER_HOST = '%s', MASTER_PORT = %d, MASTER_USER = '%s', MASTER_CONNECT_RETRY = 1, MASTER_SSL = 0, MASTER_USE_GTID = slave_pos"
                            .formatted(primary.host(), primary.port(), MySqlServer.SUPERUSER),
                    "START SLAVE",
                    "SET GLOBAL read_only = ON");
            return;
        }
        replica.sql(
                "CHANGE REPLICATION SOURCE TO SOURCE_HOST = '%s', SOURCE_PORT = %d, SOURCE_USER = '%s', SOURCE_CONNECT_RETRY = 1, GET_SOURCE_PUBLIC_KEY = 1, %s"
                        .formatted(
                                primary.host(),
                                primary.port(),
                                MySqlServer.SUPERUSER,
                                withGtids()
                                        ? "SOURCE_AUTO_POSITION = 1"
                                        : "SOURCE_LOG_FILE = 'binlog.000001', SOURCE_LOG_POS = 4"),
                "START REPLICA",
                "SET GLOBAL super_read_only = ON");
    }

    /** Waits until the replica has all that the primary has now. */
    void awaitCaughtUp() {
        BinlogStatus end = primary.binlogStatus();
        String wait;
        String done = "0";
        if (isMariaDb()) {
            wait = "SELECT MASTER_GTID_WAIT('%s', %d)".formatted(end.gtids(), PATIENCE_SECONDS);
        } else if (withGtids()) {
            wait = "SELECT WAIT_FOR_EXECUTED_GTID_SET('%s', %d)".formatted(end.gtids(), PATIENCE_SECONDS);
        } else {
            wait = "SELECT SOURCE_POS_WAIT('%s', %d, %d) >= 0".formatted(end.file(), end.position(), PATIENCE_SECONDS);
            done = "1";
        }
        if (!done.equals(replica.value(wait))) {
            throw new IllegalStateException("The replica on port %d did not reach %s of port %d within %d s: %s"
                    .formatted(
                            replica.server().port(),
                            end,
                            primary.port(),
                            PATIENCE_SECONDS,
                            replica.query(isMariaDb() ? "SHOW SLAVE STATUS" : "SHOW REPLICA STATUS")));
        }
    }

    /** Ends the replication for good; the replica takes writes. */
    void end() {
        if (isMariaDb()) {
            replica.sql("STOP SLAVE", "RESET SLAVE ALL", "SET GLOBAL read_only = OFF");
        } else {
            replica.sql(
                    "STOP REPLICA",
                    "RESET REPLICA ALL",
                    "SET GLOBAL super_read_only = OFF",
                    "SET GLOBAL read_only = OFF");
        }
    }

    private boolean isMariaDb() {
        return replica.server().flavor() == Flavor.MARIADB;
    }

    private boolean withGtids() {
        return "ON".equals(primary.database("mysql").value("SELECT @@gtid_mode"));
    }
}
