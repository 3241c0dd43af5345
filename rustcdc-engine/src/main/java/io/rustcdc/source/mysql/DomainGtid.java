package io.rustcdc.source.mysql;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A GTID of MariaDB: {@code domain-server-sequence}.
 *
 * @param domain one stream of transactions, in order by itself; 0 to 2^32 - 1
 * @param server the {@code server_id} of the server where the transaction was first committed; 0 to 2^32 - 1
 * @param number the sequence number in the domain; as the server has it, an unsigned number
 */
record DomainGtid(long domain, long server, long number) implements Gtid {

    private static final long MOST_ID = 0xffff_ffffL;
    private static final Pattern TEXT = Pattern.compile("(\\d{1,10})-(\\d{1,10})-(\\d{1,20})");

    DomainGtid {
        if (domain < 0 || domain > MOST_ID || server < 0 || server > MOST_ID) {
            throw new IllegalArgumentException(
                    "Expected a domain and a server from 0 to %d, found %d and %d".formatted(MOST_ID, domain, server));
        }
    }

    static DomainGtid parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (matcher.matches()) {
            try {
                return new DomainGtid(
                        Long.parseLong(matcher.group(1)),
                        Long.parseLong(matcher.group(2)),
                        Long.parseUnsignedLong(matcher.group(3)));
            } catch (IllegalArgumentException e) {
                // said below
            }
        }
        throw new IllegalArgumentException(
                "Expected a MariaDB GTID such as \"0-1-42\" (domain-server-sequence), found \"%s\"".formatted(text));
    }

    /** Whether the other one is of the same domain and not behind this one. */
    boolean covers(DomainGtid other) {
        return domain == other.domain && Long.compareUnsigned(other.number, number) <= 0;
    }

    @Override
    public String toString() {
        return domain + "-" + server + "-" + Long.toUnsignedString(number);
    }
}
