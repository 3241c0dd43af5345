package io.rustcdc.source.mysql;

/**
 * The transactions of a MySQL server.
 *
 * @param executed {@code gtid_executed}
 * @param owned {@code gtid_owned}: under way, and perhaps in the log already; the server sends what is in the log, before its
 *     commit is complete
 * @param purged {@code gtid_purged}
 */
record UuidGtidState(UuidGtidSet executed, UuidGtidSet owned, UuidGtidSet purged) implements GtidState {

    @Override
    public GtidSet unknownOf(GtidSet set) {
        return set.minus(executed).minus(owned);
    }

    @Override
    public GtidSet purgedWithout(GtidSet set) {
        return purged.minus(set);
    }

    /**
     * A server that executed what we do not know of may have given the same numbers to other transactions since, so of it
     * nothing counts as read.
     */
    @Override
    public GtidSet beginning(GtidSet set) {
        UuidGtidSet unknown = (UuidGtidSet) unknownOf(set);
        return ((UuidGtidSet) set).withoutServersOf(unknown).with(purged);
    }
}
