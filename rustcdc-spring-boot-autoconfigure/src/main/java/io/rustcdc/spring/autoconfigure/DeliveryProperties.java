package io.rustcdc.spring.autoconfigure;

import io.rustcdc.delivery.FailurePolicy.Action;
import io.rustcdc.runtime.TransactionBoundary;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.springframework.boot.context.properties.ConfigurationPropertiesSource;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.convert.DurationUnit;

/** How changes reach the listeners. */
@ConfigurationPropertiesSource
public class DeliveryProperties {

    /**
     * Whether the calls of the listeners and the save of the position are one transaction of the application, so that
     * what listeners write to the database of the checkpoints is written exactly once. Needs rustcdc.checkpoint.store to
     * be jdbc.
     */
    private boolean transactional;

    /**
     * Whether a batch may end inside a transaction of the database. "split" to take what has arrived; "preserve" to end batches, and
     * so what is saved at once, at the ends of transactions. One that is larger than max-events-per-poll or the queue is split all
     * the same, with a warning.
     */
    private TransactionBoundary transactionBoundary = TransactionBoundary.SPLIT;

    /**
     * Time to wait for the running call of a listener when the source is stopped. If a duration suffix is not
     * specified, seconds will be used.
     */
    @DurationUnit(ChronoUnit.SECONDS)
    private Duration shutdownTimeout = Duration.ofSeconds(20);

    /**
     * What becomes of a change that a listener cannot handle. "stop" to stop the source before it; "park" to keep it, and all
     * later ones of its row, until they are replayed or discarded; "skip" to go on without it. Listeners may say otherwise.
     */
    private Action onFailure = Action.STOP;

    /**
     * Number of different rows that fail one after the other, with no success between, until it is clear that it is not the rows.
     * From then on nothing is parked, and the call is repeated until it succeeds.
     */
    private int brokenAfter = 5;

    @NestedConfigurationProperty
    private final RetryProperties retry = new RetryProperties();

    public boolean isTransactional() {
        return transactional;
    }

    public void setTransactional(boolean transactional) {
        this.transactional = transactional;
    }

    public TransactionBoundary getTransactionBoundary() {
        return transactionBoundary;
    }

    public void setTransactionBoundary(TransactionBoundary transactionBoundary) {
        this.transactionBoundary = transactionBoundary;
    }

    public Duration getShutdownTimeout() {
        return shutdownTimeout;
    }

    public void setShutdownTimeout(Duration shutdownTimeout) {
        this.shutdownTimeout = shutdownTimeout;
    }

    public Action getOnFailure() {
        return onFailure;
    }

    public void setOnFailure(Action onFailure) {
        this.onFailure = onFailure;
    }

    public int getBrokenAfter() {
        return brokenAfter;
    }

    public void setBrokenAfter(int brokenAfter) {
        this.brokenAfter = brokenAfter;
    }

    public RetryProperties getRetry() {
        return retry;
    }
}
