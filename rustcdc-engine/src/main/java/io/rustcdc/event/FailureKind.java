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
    /** The position is lost, the checkpoint damaged or the data undecodable: never retried by itself. */
    TERMINAL
}
