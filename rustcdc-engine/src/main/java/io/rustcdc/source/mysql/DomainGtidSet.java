package io.rustcdc.source.mysql;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A GTID position of MariaDB: the last transaction of each domain, which stands for all before it. Within a domain only the
 * sequence number counts, as it does for the server.
 */
final class DomainGtidSet implements GtidSet {

    static final DomainGtidSet EMPTY = new DomainGtidSet(new DomainGtid[0]);

    /** One for each domain, in the order of domains. */
    private final DomainGtid[] last;

    private DomainGtidSet(DomainGtid[] last) {
        this.last = last;
    }

    static DomainGtidSet parse(String text) {
        if (text.isBlank()) {
            return EMPTY;
        }
        DomainGtidSet set = EMPTY;
        for (String part : text.split(",", -1)) {
            DomainGtid gtid = DomainGtid.parse(part.strip());
            DomainGtid other = set.last(gtid.domain());
            if (other != null) {
                throw new IllegalArgumentException("Expected one GTID for each domain, found %s and %s in \"%s\""
                        .formatted(other, gtid, text.strip()));
            }
            set = set.with(gtid);
        }
        return set;
    }

    static DomainGtidSet of(List<DomainGtid> gtids) {
        DomainGtidSet set = EMPTY;
        for (DomainGtid gtid : gtids) {
            set = set.with(gtid);
        }
        return set;
    }

    /** The last transaction of each domain, in the order of domains. */
    List<DomainGtid> domains() {
        return List.of(last);
    }

    /** The last transaction of the domain; null when none is known. */
    @Nullable
    DomainGtid last(long domain) {
        int at = find(domain);
        return at < 0 ? null : last[at];
    }

    @Override
    public boolean isEmpty() {
        return last.length == 0;
    }

    @Override
    public boolean contains(Gtid gtid) {
        DomainGtid that = (DomainGtid) gtid;
        DomainGtid reached = last(that.domain());
        return reached != null && reached.covers(that);
    }

    /**
     * The transaction becomes the last of its domain, also with a smaller number: where {@code gtid_strict_mode} is off, two
     * servers may write to one domain, and then the order in the binlog counts, as it does for the server.
     */
    @Override
    public DomainGtidSet with(Gtid gtid) {
        DomainGtid next = (DomainGtid) gtid;
        int at = find(next.domain());
        if (at >= 0) {
            DomainGtid[] changed = last.clone();
            changed[at] = next;
            return new DomainGtidSet(changed);
        }
        DomainGtid[] grown = Arrays.copyOf(last, last.length + 1);
        grown[last.length] = next;
        Arrays.sort(grown, Comparator.comparingLong(DomainGtid::domain));
        return new DomainGtidSet(grown);
    }

    @Override
    public boolean isSubsetOf(GtidSet other) {
        for (DomainGtid gtid : last) {
            if (!other.contains(gtid)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public DomainGtidSet minus(GtidSet other) {
        List<DomainGtid> ahead = new ArrayList<>();
        for (DomainGtid gtid : last) {
            if (!other.contains(gtid)) {
                ahead.add(gtid);
            }
        }
        return new DomainGtidSet(ahead.toArray(DomainGtid[]::new));
    }

    private int find(long domain) {
        for (int i = 0; i < last.length; i++) {
            if (last[i].domain() == domain) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof DomainGtidSet that && Arrays.equals(last, that.last);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(last);
    }

    @Override
    public String toString() {
        return Arrays.stream(last).map(DomainGtid::toString).collect(Collectors.joining(","));
    }
}
