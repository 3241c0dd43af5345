package io.rustcdc.source.postgres;

import java.time.Duration;

/**
 * What a server says about itself and about the role that is connected.
 *
 * @param version as {@code server_version_num}: 140000 for 14.0
 * @param versionText as {@code server_version}
 * @param walLevel as configured
 * @param inRecovery whether it is a standby
 * @param user the role
 * @param mayReplicate whether the role may read replication slots
 * @param walSenderTimeout after which the server gives up a reader that it hears nothing of; zero for never
 */
record ServerFacts(
        int version,
        String versionText,
        String walLevel,
        boolean inRecovery,
        String user,
        boolean mayReplicate,
        Duration walSenderTimeout) {}
