package io.rustcdc.delivery;

/**
 * How those listeners are called that do not say it themselves.
 *
 * @param retry the rules by which a failing call is repeated
 * @param batchSize the most changes of one call of a {@link BatchHandler}, at least 1
 */
public record CallOptions(RetryOptions retry, int batchSize) {

    /**
     * So many changes make what a call itself costs vanish, and are garbage, with all that a listener makes of them, before a
     * collector has to copy them.
     */
    public static final int BATCH_SIZE = 1000;

    public CallOptions {
        if (batchSize < 1) {
            throw new IllegalArgumentException("A batch needs room for at least 1 change, found " + batchSize);
        }
    }

    public static CallOptions ofDefaults() {
        return new CallOptions(RetryOptions.ofDefaults(), BATCH_SIZE);
    }
}
