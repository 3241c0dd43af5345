package io.rustcdc.source.mysql;

import io.rustcdc.event.Remedy;

/** What an administrator runs or sets so that a source can capture. */
final class Remedies {

    private static final String GROUP = "set %s in the parameter group of the instance (Aurora: of the cluster)%s.";

    private Remedies() {}

    /** How the server is made to log. */
    static Remedy log() {
        return log(1);
    }

    /** @param serverId as the server has it now */
    static Remedy log(long serverId) {
        return Remedy.file(
                        "my.cnf, section [mysqld]",
                        "log_bin = binlog",
                        "server_id = " + Math.max(1, serverId),
                        "binlog_format = ROW")
                .thenRestart()
                .at(
                        Remedy.AMAZON,
                        "turn on automated backups (Aurora: set binlog_format = ROW in the parameter group of the cluster, and reboot the writer).")
                .at(Remedy.GOOGLE, "turn on point-in-time recovery (binary logging).")
                .say("Each server of a replication has a server_id of its own.");
    }

    /** Sets a variable for now and for all later starts. MariaDB has no SET PERSIST. */
    static Remedy persistent(Flavor flavor, String variable, String value) {
        String assignment = variable + " = " + value;
        return flavor == Flavor.MYSQL
                ? Remedy.sql("SET PERSIST " + assignment + ";")
                : Remedy.sql("SET GLOBAL " + assignment + ";")
                        .withFile("my.cnf, section [mariadb], for its next start", assignment.replace("'", ""));
    }

    static Remedy format(Flavor flavor) {
        return persistent(flavor, "binlog_format", "'ROW'")
                .at(Remedy.AMAZON, GROUP.formatted("binlog_format = ROW", ", Aurora: and reboot the writer"))
                .say("Sessions that are connected keep the old one until they connect anew.");
    }

    static Remedy rowImage(Flavor flavor) {
        String plain = "binlog_row_image = FULL";
        return persistent(flavor, "binlog_row_image", "'FULL'")
                .at(Remedy.AMAZON, GROUP.formatted(plain, ""))
                .at(Remedy.GOOGLE, "set the flag %s.".formatted(plain))
                .at(Remedy.AZURE, "set the server parameter %s.".formatted(plain));
    }

    static Remedy metadata(Flavor flavor) {
        return persistent(flavor, "binlog_row_metadata", "'FULL'")
                .at(Remedy.AMAZON, GROUP.formatted("binlog_row_metadata = FULL", ""));
    }

    static Remedy gtids() {
        return Remedy.sql(
                        "SET PERSIST enforce_gtid_consistency = ON;",
                        "SET PERSIST gtid_mode = OFF_PERMISSIVE;",
                        "SET PERSIST gtid_mode = ON_PERMISSIVE;",
                        "SET PERSIST gtid_mode = ON;")
                .at(Remedy.AMAZON, GROUP.formatted("enforce_gtid_consistency = ON and gtid-mode = ON", ", and reboot"))
                .at(Remedy.AZURE, "set the server parameters enforce_gtid_consistency and gtid_mode, in these steps.")
                .say("Each step on every server of the replication before the next one.");
    }

    /** What the user must be allowed. */
    static Remedy grants(Flavor flavor, String grantee) {
        return Remedy.sql("GRANT SELECT, REPLICATION SLAVE, %s ON *.* TO %s;"
                .formatted(flavor == Flavor.MYSQL ? "REPLICATION CLIENT" : "BINLOG MONITOR", grantee));
    }

    static Remedy retention(Flavor flavor) {
        return persistent(flavor, "binlog_expire_logs_seconds", "604800")
                .at(Remedy.AMAZON, "CALL mysql.rds_set_configuration('binlog retention hours', 168);")
                .at(Remedy.GOOGLE, "keep the logs for point-in-time recovery for 7 days.")
                .at(Remedy.AZURE, "set the server parameter binlog_expire_logs_seconds = 604800.");
    }

    /** An account as GRANT writes it. */
    static String grantee(String account) {
        int at = account.lastIndexOf('@');
        return "'%s'@'%s'".formatted(account.substring(0, at).replace("'", "''"), account.substring(at + 1));
    }
}
