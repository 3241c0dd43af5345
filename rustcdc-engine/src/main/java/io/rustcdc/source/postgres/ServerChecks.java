package io.rustcdc.source.postgres;

import io.rustcdc.event.FailureKind;
import io.rustcdc.event.Remedy;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.internal.Checklist;
import io.rustcdc.source.internal.Checklist.Finding;
import java.sql.SQLException;

/** What a server must be before anything is asked of it. Each refusal says what to run. */
final class ServerChecks {

    private static final int OLDEST_VERSION = 140000;

    /** What a source takes besides its own session: one for each standby, and one for a backup. */
    private static final int SPARE = 10;

    private final PostgresOptions options;

    ServerChecks(PostgresOptions options) {
        this.options = options;
    }

    /**
     * @param running whether this source has streamed before: then a standby is most likely a failover in progress
     */
    void check(Checklist checks, ServerFacts facts, boolean running) throws SQLException {
        checks.check(PostgresCheck.VERSION, () -> version(facts));
        checks.check(PostgresCheck.WAL_LEVEL, () -> walLevel(facts));
        checks.check(PostgresCheck.REPLICATION_RIGHT, () -> replicationRight(facts));
        checks.check(PostgresCheck.PRIMARY, () -> primary(facts, running));
    }

    private Finding version(ServerFacts facts) {
        if (facts.version() < OLDEST_VERSION) {
            throw SourceException.configuration(
                    "%s is PostgreSQL %s, expected 14 or later".formatted(options.target(), facts.versionText()),
                    "Upgrade the server");
        }
        return Finding.ok("PostgreSQL " + facts.versionText());
    }

    private Finding walLevel(ServerFacts facts) {
        if (!facts.walLevel().equals("logical")) {
            throw SourceException.configuration(
                    "%s has wal_level = %s, expected logical".formatted(options.target(), facts.walLevel()),
                    Remedy.sql("ALTER SYSTEM SET wal_level = 'logical';")
                            .thenRestart()
                            .at(
                                    Remedy.AMAZON,
                                    "set rds.logical_replication = 1 in the parameter group of the instance (Aurora: of the cluster), and reboot the writer.")
                            .at(
                                    Remedy.GOOGLE,
                                    "set the flag cloudsql.logical_decoding = on, which restarts the instance.")
                            .at(Remedy.AZURE, "set the server parameter wal_level = logical, and restart the server."));
        }
        return Finding.ok("wal_level = logical");
    }

    private Finding replicationRight(ServerFacts facts) {
        String role = quoted(facts.user());
        if (!facts.mayReplicate()) {
            throw SourceException.configuration(
                    "Role '%s' on %s may not replicate".formatted(facts.user(), options.target()),
                    Remedy.sql("ALTER ROLE %s WITH REPLICATION;".formatted(role))
                            .at(Remedy.AMAZON, "GRANT rds_replication TO %s;".formatted(role))
                            .at(Remedy.GOOGLE, "the same, as a user with the role cloudsqlsuperuser.")
                            .at(Remedy.AZURE, "the same, as the administrator of the server."));
        }
        return Finding.ok("role '%s' may replicate".formatted(facts.user()));
    }

    private Finding primary(ServerFacts facts, boolean running) {
        if (facts.inRecovery()) {
            String message = "%s is a standby, expected the primary".formatted(options.target());
            if (running) {
                throw SourceException.transientFailure(message + "; waiting for its promotion", null);
            }
            throw SourceException.configuration(message, "Set %s to the primary".formatted(options.key("host")));
        }
        return Finding.ok("the server takes writes");
    }

    /** Sessions of walsenders, of which a stream takes one. */
    Finding walSenders(Room senders) {
        if (senders.used() >= senders.most()) {
            throw SourceException.of(
                    senders.most() == 0 ? FailureKind.CONFIGURATION : FailureKind.TRANSIENT,
                    "%s has max_wal_senders = %d, of which %d are in use: none is free"
                            .formatted(options.target(), senders.most(), senders.used()),
                    raise("max_wal_senders", senders),
                    null);
        }
        return Finding.ok("max_wal_senders = %d, %d in use".formatted(senders.most(), senders.used()));
    }

    /** The remedy for something that is all taken. */
    static Remedy raise(String setting, Room room) {
        int more = room.most() + SPARE;
        return Remedy.sql("ALTER SYSTEM SET %s = %d;".formatted(setting, more))
                .thenRestart()
                .at(
                        Remedy.AMAZON,
                        "set %s = %d in the parameter group of the instance (Aurora: of the cluster), and reboot."
                                .formatted(setting, more))
                .at(Remedy.GOOGLE, "set the flag %s = %d.".formatted(setting, more))
                .at(Remedy.AZURE, "set the server parameter %s = %d, and restart the server.".formatted(setting, more));
    }

    static String quoted(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    /** How many of something there may be, and how many there are. */
    record Room(int used, int most) {}
}
