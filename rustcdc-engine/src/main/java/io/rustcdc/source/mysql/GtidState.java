package io.rustcdc.source.mysql;

/** Which transactions a server has, and of which it has removed the log. */
sealed interface GtidState permits UuidGtidState, DomainGtidState {

    /** All that it has executed. */
    GtidSet executed();

    /**
     * What of a set the server does not have: then the set is of another server, or of this one before it lost something.
     */
    GtidSet unknownOf(GtidSet set);

    /** What the set lacks and the server can no longer send. */
    GtidSet purgedWithout(GtidSet set);

    /**
     * The set to begin behind when not all of what the given one lacks can be sent. Never has more of what can be sent than the
     * given one; less where the server's history and that of the set have parted.
     */
    GtidSet beginning(GtidSet set);
}
