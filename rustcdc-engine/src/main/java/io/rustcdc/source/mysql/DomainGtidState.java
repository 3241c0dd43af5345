package io.rustcdc.source.mysql;

import java.util.ArrayList;
import java.util.List;

/**
 * The transactions of a MariaDB server.
 *
 * @param executed {@code gtid_binlog_pos}
 * @param logged {@code gtid_binlog_state}: the last transaction of each server in each domain
 * @param replicated {@code gtid_slave_pos}: what a replica has applied, also where that is not in its binlog
 * @param purged where the oldest file begins
 */
record DomainGtidState(DomainGtidSet executed, List<DomainGtid> logged, DomainGtidSet replicated, DomainGtidSet purged)
        implements GtidState {

    DomainGtidState {
        logged = List.copyOf(logged);
    }

    /** As the server does, goes by the server that wrote a transaction: a smaller number of another one proves nothing. */
    @Override
    public GtidSet unknownOf(GtidSet set) {
        List<DomainGtid> unknown = new ArrayList<>();
        for (DomainGtid gtid : ((DomainGtidSet) set).domains()) {
            if (!isKnown(gtid)) {
                unknown.add(gtid);
            }
        }
        return DomainGtidSet.of(unknown);
    }

    private boolean isKnown(DomainGtid gtid) {
        return gtid.equals(replicated.last(gtid.domain()))
                || logged.stream().anyMatch(last -> last.server() == gtid.server() && last.covers(gtid));
    }

    @Override
    public GtidSet purgedWithout(GtidSet set) {
        return purged.minus(set);
    }

    @Override
    public GtidSet beginning(GtidSet set) {
        GtidSet beginning = purged;
        for (DomainGtid gtid : ((DomainGtidSet) set).domains()) {
            if (isKnown(gtid) && !purged.contains(gtid)) {
                beginning = beginning.with(gtid);
            }
        }
        return beginning;
    }

    /** The texts of {@code gtid_binlog_state}, which has a domain several times. */
    static List<DomainGtid> parseLogged(String text) {
        List<DomainGtid> logged = new ArrayList<>();
        if (!text.isBlank()) {
            for (String part : text.split(",", -1)) {
                logged.add(DomainGtid.parse(part.strip()));
            }
        }
        return logged;
    }
}
