package io.rustcdc.observe;

/** What an engine is doing. */
public enum EngineState {
    STOPPED,
    STARTING,
    SNAPSHOTTING,
    STREAMING,
    /** Connected, delivering nothing by wish. */
    PAUSED,
    /** The connection is lost or could not be made; it is tried again for ever. */
    RECONNECTING,
    /** Another instance owns the checkpoint; this one waits to take over. */
    STANDBY,
    STOPPING,
    /** Stopped by a failure that does not mend itself; nothing is delivered until somebody starts it again. */
    FAILED;

    /** Whether the engine runs, or tries to. */
    public boolean isRunning() {
        return this != STOPPED && this != FAILED;
    }
}
