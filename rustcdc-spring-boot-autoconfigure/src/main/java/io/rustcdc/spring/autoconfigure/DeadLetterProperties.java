package io.rustcdc.spring.autoconfigure;

/** Where changes are kept that listeners could not handle, or that transforms failed for. */
public class DeadLetterProperties {

    /**
     * Where changes are kept that listeners could not handle, or that transforms failed for. "jdbc" for a table beside those of
     * rustcdc.checkpoint.jdbc, whose settings count for it; "none" for nowhere, so that no listener can park any.
     */
    private Store store = Store.NONE;

    /**
     * Largest number of changes kept for a source. When there are so many, a listener that fails stops its source.
     */
    private int maxLetters = 10_000;

    public Store getStore() {
        return store;
    }

    public void setStore(Store store) {
        this.store = store;
    }

    public int getMaxLetters() {
        return maxLetters;
    }

    public void setMaxLetters(int maxLetters) {
        this.maxLetters = maxLetters;
    }

    /** A kind of place. */
    public enum Store {
        NONE,
        JDBC
    }
}
