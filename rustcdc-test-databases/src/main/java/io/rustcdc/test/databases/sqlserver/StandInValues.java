package io.rustcdc.test.databases.sqlserver;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Values of columns as Java has them. */
final class StandInValues {

    private StandInValues() {}

    static boolean same(@Nullable Object one, @Nullable Object other) {
        if (one instanceof byte[] bytes && other instanceof byte[] others) {
            return Arrays.equals(bytes, others);
        }
        return Objects.equals(one, other);
    }

    /**
     * One bit for each captured column, the first column in the lowest bit of the last byte.
     *
     * @param columns how many are captured
     */
    static byte[] mask(int columns, java.util.function.IntPredicate changed) {
        byte[] mask = new byte[(columns + 7) / 8];
        for (int i = 0; i < columns; i++) {
            if (changed.test(i)) {
                mask[mask.length - 1 - i / 8] |= (byte) (1 << i % 8);
            }
        }
        return mask;
    }
}
