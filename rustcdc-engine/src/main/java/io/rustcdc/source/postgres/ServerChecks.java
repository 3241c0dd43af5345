package io.rustcdc.source.postgres;

import io.rustcdc.source.SourceException;

/** What a server must be before anything is asked of it. Each refusal says what to run. */
final class ServerChecks {

    private static final int OLDEST_VERSION = 140000;

    private final PostgresOptions options;

    ServerChecks(PostgresOptions options) {
        this.options = options;
    }

    /**
     * @param running whether this source has streamed before: then a standby is most likely a failover in progress
     */
    void check(ServerFacts facts, boolean running) {
        String target = options.target();
        if (facts.version() < OLDEST_VERSION) {
            throw SourceException.configuration(
                    "%s is PostgreSQL %s, expected 14 or later".formatted(target, facts.versionText()),
                    "Upgrade the server");
        }
        if (!facts.walLevel().equals("logical")) {
            throw SourceException.configuration(
                    "%s has wal_level = %s, expected logical".formatted(target, facts.walLevel()),
                    "ALTER SYSTEM SET wal_level = 'logical'; then restart the server (managed services: set rds.logical_replication = 1 or cloudsql.logical_decoding = on and restart)");
        }
        if (!facts.mayReplicate()) {
            throw SourceException.configuration(
                    "Role '%s' on %s may not replicate".formatted(facts.user(), target),
                    "ALTER ROLE %s WITH REPLICATION; (Amazon RDS: GRANT rds_replication TO %s;)"
                            .formatted(quoted(facts.user()), quoted(facts.user())));
        }
        if (facts.inRecovery()) {
            String message = "%s is a standby, expected the primary".formatted(target);
            if (running) {
                throw SourceException.transientFailure(message + "; waiting for its promotion", null);
            }
            throw SourceException.configuration(message, "Set %s to the primary".formatted(options.key("host")));
        }
    }

    static String quoted(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }
}
