package io.rustcdc.event;

/** What can be done about a failure. */
public enum FailureKind {
    /** Host down, connection reset, timeout, disk full: retried for ever with backoff. */
    TRANSIENT,
    /** Another reader holds the slot or the server id: retried for a while, then a configuration error. */
    IN_USE,
    /** Refused credentials: a configuration error at the first start, afterwards retried slowly for ever. */
    AUTHENTICATION,
    /** Somebody has to change a setting, a grant or the code. */
    CONFIGURATION,
    /**
     * The source no longer has what comes after the checkpoint. Treated as {@link #TERMINAL}; told apart, since an operator
     * can accept the gap.
     */
    POSITION_LOST,
    /** The checkpoint is damaged or the data undecodable: never retried by itself. */
    TERMINAL;

    /** Whether only somebody's decision ends it: the source is FAILED then, while the application runs. */
    public boolean isTerminal() {
        return this == POSITION_LOST || this == TERMINAL;
    }
}
