package io.rustcdc.source.mysql;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A GTID set of MySQL: of each server that committed transactions, the numbers of those. */
final class UuidGtidSet implements GtidSet {

    static final UuidGtidSet EMPTY = new UuidGtidSet(new Member[0]);

    /** One server and the numbers of its transactions; in the order of the bytes of the UUIDs, as the server has them. */
    private record Member(UUID server, NumberRanges numbers) {}

    private final Member[] members;

    private UuidGtidSet(Member[] members) {
        this.members = members;
    }

    static UuidGtidSet parse(String text) {
        UuidGtidSet set = EMPTY;
        if (!text.isBlank()) {
            for (String part : text.split(",", -1)) {
                set = new UuidGtidText(part.strip()).addTo(set);
            }
        }
        return set;
    }

    @Override
    public boolean isEmpty() {
        return members.length == 0;
    }

    @Override
    public boolean contains(Gtid gtid) {
        UuidGtid that = (UuidGtid) gtid;
        NumberRanges numbers = numbers(that.server());
        return numbers != null && numbers.contains(that.number());
    }

    @Override
    public UuidGtidSet with(Gtid gtid) {
        UuidGtid that = (UuidGtid) gtid;
        int at = find(that.server());
        if (at < 0) {
            return inserted(-at - 1, new Member(that.server(), NumberRanges.of(that.number(), that.number())));
        }
        NumberRanges numbers = members[at].numbers();
        return numbers.contains(that.number()) ? this : replaced(at, numbers.with(that.number()));
    }

    /** This set and the server's transactions from the first to the last one, both included. */
    UuidGtidSet with(UUID server, long first, long last) {
        int at = find(server);
        return at < 0
                ? inserted(-at - 1, new Member(server, NumberRanges.of(first, last)))
                : replaced(at, members[at].numbers().with(first, last));
    }

    /** All that is in one of the two. */
    UuidGtidSet with(UuidGtidSet other) {
        UuidGtidSet both = this;
        for (Member member : other.members) {
            NumberRanges numbers = member.numbers();
            for (int range = 0; range < numbers.count(); range++) {
                both = both.with(member.server(), numbers.from(range), numbers.to(range));
            }
        }
        return both;
    }

    /** Without all transactions of servers that have one in the other set. */
    UuidGtidSet withoutServersOf(UuidGtidSet other) {
        return new UuidGtidSet(Arrays.stream(members)
                .filter(member -> other.numbers(member.server()) == null)
                .toArray(Member[]::new));
    }

    private UuidGtidSet replaced(int at, NumberRanges numbers) {
        Member[] changed = members.clone();
        changed[at] = new Member(members[at].server(), numbers);
        return new UuidGtidSet(changed);
    }

    private UuidGtidSet inserted(int at, Member member) {
        Member[] grown = new Member[members.length + 1];
        System.arraycopy(members, 0, grown, 0, at);
        grown[at] = member;
        System.arraycopy(members, at, grown, at + 1, members.length - at);
        return new UuidGtidSet(grown);
    }

    @Override
    public boolean isSubsetOf(GtidSet other) {
        UuidGtidSet that = (UuidGtidSet) other;
        for (Member member : members) {
            NumberRanges numbers = that.numbers(member.server());
            if (numbers == null || !member.numbers().isSubsetOf(numbers)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public UuidGtidSet minus(GtidSet other) {
        UuidGtidSet that = (UuidGtidSet) other;
        Member[] rest = new Member[members.length];
        int size = 0;
        for (Member member : members) {
            NumberRanges taken = that.numbers(member.server());
            NumberRanges left =
                    taken == null ? member.numbers() : member.numbers().minus(taken);
            if (left != null) {
                rest[size++] = new Member(member.server(), left);
            }
        }
        return new UuidGtidSet(Arrays.copyOf(rest, size));
    }

    /** As COM_BINLOG_DUMP_GTID takes it: counts and numbers little-endian in 8 bytes, the end of each range exclusive. */
    byte[] encode() {
        int size = Long.BYTES;
        for (Member member : members) {
            size += 16 + Long.BYTES + member.numbers().count() * 2 * Long.BYTES;
        }
        ByteBuffer buffer =
                ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN).putLong(members.length);
        for (Member member : members) {
            buffer.putLong(Long.reverseBytes(member.server().getMostSignificantBits()))
                    .putLong(Long.reverseBytes(member.server().getLeastSignificantBits()));
            NumberRanges numbers = member.numbers();
            buffer.putLong(numbers.count());
            for (int range = 0; range < numbers.count(); range++) {
                buffer.putLong(numbers.from(range)).putLong(numbers.to(range) + 1);
            }
        }
        return buffer.array();
    }

    private @Nullable NumberRanges numbers(UUID server) {
        int at = find(server);
        return at < 0 ? null : members[at].numbers();
    }

    /** Where the server is, or {@code -1} minus where it would be. */
    private int find(UUID server) {
        for (int i = 0; i < members.length; i++) {
            int order = compareBytes(members[i].server(), server);
            if (order >= 0) {
                return order == 0 ? i : -1 - i;
            }
        }
        return -1 - members.length;
    }

    private static int compareBytes(UUID one, UUID other) {
        int high = Long.compareUnsigned(one.getMostSignificantBits(), other.getMostSignificantBits());
        return high != 0 ? high : Long.compareUnsigned(one.getLeastSignificantBits(), other.getLeastSignificantBits());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof UuidGtidSet that && Arrays.equals(members, that.members);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(members);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Member member : members) {
            text.append(text.isEmpty() ? "" : ",").append(member.server()).append(':');
            member.numbers().appendTo(text);
        }
        return text.toString();
    }
}
