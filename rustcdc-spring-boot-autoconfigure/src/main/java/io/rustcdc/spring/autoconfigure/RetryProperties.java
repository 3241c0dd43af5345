package io.rustcdc.spring.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationPropertiesSource;

/** How often a failing listener is called again for one change. */
@ConfigurationPropertiesSource
public class RetryProperties {

    /**
     * Number of calls in all before "on-failure" decides.
     */
    private int attempts = 3;

    /**
     * Time before the second call. If a duration suffix is not specified, milliseconds will be used.
     */
    private Duration initialDelay = Duration.ofMillis(100);

    /**
     * Factor by which the time between two calls grows.
     */
    private double multiplier = 2;

    /**
     * Longest time between two calls. If a duration suffix is not specified, milliseconds will be used.
     */
    private Duration maxDelay = Duration.ofSeconds(10);

    /**
     * Comma-separated list of exception classes that no further call can help. Those that have one as a cause are not repeated
     * either.
     */
    private List<String> notRetried = new ArrayList<>();

    public int getAttempts() {
        return attempts;
    }

    public void setAttempts(int attempts) {
        this.attempts = attempts;
    }

    public Duration getInitialDelay() {
        return initialDelay;
    }

    public void setInitialDelay(Duration initialDelay) {
        this.initialDelay = initialDelay;
    }

    public double getMultiplier() {
        return multiplier;
    }

    public void setMultiplier(double multiplier) {
        this.multiplier = multiplier;
    }

    public Duration getMaxDelay() {
        return maxDelay;
    }

    public void setMaxDelay(Duration maxDelay) {
        this.maxDelay = maxDelay;
    }

    public List<String> getNotRetried() {
        return notRetried;
    }

    public void setNotRetried(List<String> notRetried) {
        this.notRetried = notRetried;
    }
}
