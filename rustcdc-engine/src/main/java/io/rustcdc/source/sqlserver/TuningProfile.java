package io.rustcdc.source.sqlserver;

import java.time.Duration;

/** Three starting points between fresh and cheap. Each value can be set by itself, too, and counts before the profile's. */
public enum TuningProfile {
    /** Changes are seen soon after the capture job has written them; the server is asked often. */
    LOW_LATENCY(Duration.ofMillis(250), 5_000, 4),
    /** The default. */
    BALANCED(Duration.ofSeconds(1), 10_000, 4),
    /** Few and large reads. */
    THROUGHPUT(Duration.ofSeconds(2), 20_000, 8);

    private final Duration streamPollInterval;
    private final int maxEventsPerPoll;
    private final int prereqPoolSize;

    TuningProfile(Duration streamPollInterval, int maxEventsPerPoll, int prereqPoolSize) {
        this.streamPollInterval = streamPollInterval;
        this.maxEventsPerPoll = maxEventsPerPoll;
        this.prereqPoolSize = prereqPoolSize;
    }

    public Duration streamPollInterval() {
        return streamPollInterval;
    }

    public int maxEventsPerPoll() {
        return maxEventsPerPoll;
    }

    public int prereqPoolSize() {
        return prereqPoolSize;
    }
}
