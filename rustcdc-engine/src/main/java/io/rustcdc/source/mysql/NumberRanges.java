package io.rustcdc.source.mysql;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Some numbers, at least one, as ranges in ascending order that neither overlap nor touch. Immutable. The last range stands by
 * itself, since it is the one that grows: growing it copies nothing.
 */
final class NumberRanges {

    private static final long[] NONE = {};

    /** The first and the last number of each range but the last, in turn. */
    private final long[] settled;

    private final long lastFrom;
    private final long lastTo;

    private NumberRanges(long[] settled, long lastFrom, long lastTo) {
        this.settled = settled;
        this.lastFrom = lastFrom;
        this.lastTo = lastTo;
    }

    /** All numbers from the first to the last one, both included. */
    static NumberRanges of(long from, long to) {
        return new NumberRanges(NONE, from, to);
    }

    int count() {
        return settled.length / 2 + 1;
    }

    long from(int range) {
        return 2 * range == settled.length ? lastFrom : settled[2 * range];
    }

    long to(int range) {
        return 2 * range == settled.length ? lastTo : settled[2 * range + 1];
    }

    boolean contains(long number) {
        int range = firstThatReaches(number);
        return range < count() && from(range) <= number;
    }

    NumberRanges with(long number) {
        return number == lastTo + 1 ? new NumberRanges(settled, lastFrom, number) : with(number, number);
    }

    /** These and all numbers from the first to the last one, both included. */
    NumberRanges with(long from, long to) {
        int low = firstThatReaches(from - 1); // a range that ends just before is joined
        if (low < count() && from(low) <= from && to <= to(low)) {
            return this;
        }
        int high = low;
        long joinedFrom = from;
        long joinedTo = to;
        while (high < count() && from(high) <= to + 1) {
            joinedFrom = Math.min(joinedFrom, from(high));
            joinedTo = Math.max(joinedTo, to(high));
            high++;
        }
        Builder builder = new Builder(count() + 1);
        builder.copy(this, 0, low);
        builder.add(joinedFrom, joinedTo);
        builder.copy(this, high, count());
        return builder.ranges();
    }

    boolean isSubsetOf(NumberRanges other) {
        for (int range = 0; range < count(); range++) {
            int around = other.firstThatReaches(from(range));
            if (around == other.count() || other.from(around) > from(range) || other.to(around) < to(range)) {
                return false;
            }
        }
        return true;
    }

    /** Those of these that the other ones are not; null when there are none. */
    @Nullable
    NumberRanges minus(NumberRanges other) {
        Builder builder = new Builder(count() + other.count());
        int hole = 0;
        for (int range = 0; range < count(); range++) {
            long from = from(range);
            long to = to(range);
            while (hole < other.count() && other.to(hole) < from) {
                hole++;
            }
            for (int next = hole; next < other.count() && other.from(next) <= to; next++) {
                if (other.from(next) > from) {
                    builder.add(from, other.from(next) - 1);
                }
                from = other.to(next) + 1;
            }
            if (from <= to) {
                builder.add(from, to);
            }
        }
        return builder.size == 0 ? null : builder.ranges();
    }

    /** The first range whose end is not before the number; {@link #count()} when all end before it. */
    private int firstThatReaches(long number) {
        int low = 0;
        int high = count();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (to(middle) < number) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** As {@code 1-5:7}. */
    void appendTo(StringBuilder text) {
        for (int range = 0; range < count(); range++) {
            text.append(range == 0 ? "" : ":").append(from(range));
            if (to(range) > from(range)) {
                text.append('-').append(to(range));
            }
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof NumberRanges that
                && lastFrom == that.lastFrom
                && lastTo == that.lastTo
                && Arrays.equals(settled, that.settled);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * Arrays.hashCode(settled) + Long.hashCode(lastFrom)) + Long.hashCode(lastTo);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        appendTo(text);
        return text.toString();
    }

    /** Takes ranges in ascending order. */
    private static final class Builder {

        private final long[] bounds;
        private int size;

        Builder(int most) {
            bounds = new long[2 * most];
        }

        void add(long from, long to) {
            bounds[size++] = from;
            bounds[size++] = to;
        }

        void copy(NumberRanges ranges, int first, int end) {
            for (int range = first; range < end; range++) {
                add(ranges.from(range), ranges.to(range));
            }
        }

        NumberRanges ranges() {
            return new NumberRanges(Arrays.copyOf(bounds, size - 2), bounds[size - 2], bounds[size - 1]);
        }
    }
}
