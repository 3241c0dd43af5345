package io.rustcdc.source.sqlserver;

import io.rustcdc.source.internal.SettingChecks;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How often and how much is read.
 *
 * @param interval between two looks at a database in which nothing happens
 * @param maxEvents the largest page that is read of a change table
 * @param poolSize the most connections that the checks use at the same time
 */
record PollOptions(Duration interval, int maxEvents, int poolSize) {

    private static final int MOST_EVENTS = 100_000;
    private static final int MOST_CONNECTIONS = 64;

    /** Null stands for the value of the profile. */
    static PollOptions checked(
            SettingChecks checks,
            TuningProfile profile,
            @Nullable Duration interval,
            @Nullable Integer maxEvents,
            @Nullable Integer poolSize) {
        int events = maxEvents == null ? profile.maxEventsPerPoll() : maxEvents;
        if (events < 1 || events > MOST_EVENTS) {
            throw checks.refused("max-events-per-poll", Integer.toString(events), "1 to " + MOST_EVENTS);
        }
        int connections = poolSize == null ? profile.prereqPoolSize() : poolSize;
        if (connections < 1 || connections > MOST_CONNECTIONS) {
            throw checks.refused("prereq-pool-size", Integer.toString(connections), "1 to " + MOST_CONNECTIONS);
        }
        Duration pause = checks.within(
                "stream-poll-interval",
                interval == null ? profile.streamPollInterval() : interval,
                Duration.ofMillis(1),
                Duration.ofSeconds(60));
        return new PollOptions(pause, events, connections);
    }
}
