package io.rustcdc.transform;

import io.rustcdc.event.Columns;
import io.rustcdc.transform.ColumnPlan.Target;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What is done to the columns that patterns match. */
sealed interface ColumnChange {

    String kind();

    /**
     * The rows that come out.
     *
     * @param pattern for each column, the first pattern that it matches; -1 for none
     * @return null if they are as before
     * @throws IllegalArgumentException if it must not be done to such a table
     */
    @Nullable
    Target target(Columns columns, int[] pattern);

    /** What to do about a refusal. */
    String remedy();

    /** Leaves out what no pattern matches. */
    record Include() implements ColumnChange {

        @Override
        public String kind() {
            return "include";
        }

        @Override
        public @Nullable Target target(Columns columns, int[] pattern) {
            return keep(columns, i -> pattern[i] >= 0);
        }

        @Override
        public String remedy() {
            return "Include all columns of the key, too: without them, changes of different rows could not be told apart. What must not be seen of them can be hashed.";
        }
    }

    /** Leaves out what a pattern matches. */
    record Exclude() implements ColumnChange {

        @Override
        public String kind() {
            return "exclude";
        }

        @Override
        public @Nullable Target target(Columns columns, int[] pattern) {
            return keep(columns, i -> pattern[i] < 0);
        }

        @Override
        public String remedy() {
            return "Do not exclude columns of the key: without them, changes of different rows could not be told apart. What must not be seen of them can be hashed.";
        }
    }

    /**
     * Gives other names.
     *
     * @param names by the place of the pattern
     */
    record Rename(List<String> names) implements ColumnChange {

        @Override
        public String kind() {
            return "rename";
        }

        @Override
        public @Nullable Target target(Columns columns, int[] pattern) {
            if (Arrays.stream(pattern).allMatch(p -> p < 0)) {
                return null;
            }
            List<String> renamed = IntStream.range(0, pattern.length)
                    .mapToObj(i -> name(columns, i, pattern))
                    .toList();
            List<String> key = columns.key().stream()
                    .map(column -> renamed.get(columns.indexOf(column)))
                    .toList();
            return new Target(
                    Columns.of(renamed, key),
                    IntStream.range(0, pattern.length).toArray(),
                    new @Nullable ValueChange[pattern.length]);
        }

        private String name(Columns columns, int index, int[] pattern) {
            return pattern[index] < 0 ? columns.name(index) : names.get(pattern[index]);
        }

        @Override
        public String remedy() {
            return "Give each column a name of its own.";
        }
    }

    /**
     * Shows something else in the place of values.
     *
     * @param keepsKeys whether different values still differ
     */
    record Replace(String kind, ValueChange value, boolean keepsKeys) implements ColumnChange {

        @Override
        public @Nullable Target target(Columns columns, int[] pattern) {
            if (Arrays.stream(pattern).allMatch(p -> p < 0)) {
                return null;
            }
            @Nullable ValueChange[] changes = new @Nullable ValueChange[pattern.length];
            for (int i = 0; i < pattern.length; i++) {
                if (pattern[i] >= 0) {
                    if (!keepsKeys) {
                        requireNotInKey(columns, i);
                    }
                    changes[i] = value;
                }
            }
            return new Target(columns, IntStream.range(0, pattern.length).toArray(), changes);
        }

        @Override
        public String remedy() {
            return "Hash the column instead: different rows would have one key otherwise.";
        }
    }

    private static @Nullable Target keep(Columns columns, IntPredicate kept) {
        int[] sources = IntStream.range(0, columns.size()).filter(kept).toArray();
        if (sources.length == columns.size()) {
            return null;
        }
        for (int i = 0; i < columns.size(); i++) {
            if (!kept.test(i)) {
                requireNotInKey(columns, i);
            }
        }
        if (sources.length == 0) {
            throw new IllegalArgumentException("none of the columns %s is left".formatted(columns.names()));
        }
        List<String> names = Arrays.stream(sources).mapToObj(columns::name).toList();
        return new Target(Columns.of(names, columns.key()), sources, new @Nullable ValueChange[sources.length]);
    }

    private static void requireNotInKey(Columns columns, int index) {
        if (columns.key().contains(columns.name(index))) {
            throw new IllegalArgumentException(
                    "column '%s' is a part of the key %s".formatted(columns.name(index), columns.key()));
        }
    }
}
