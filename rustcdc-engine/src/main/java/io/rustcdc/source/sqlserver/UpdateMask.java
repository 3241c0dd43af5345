package io.rustcdc.source.sqlserver;

import org.jspecify.annotations.Nullable;

/**
 * Which captured columns an update wrote: one bit for each, the first in the lowest bit of the last byte, as
 * {@code sys.fn_cdc_is_bit_set} reads it.
 */
final class UpdateMask {

    private final byte @Nullable [] bytes;

    /** @param bytes the column of the change table, which belongs to the mask; null where it is NULL */
    UpdateMask(byte @Nullable [] bytes) {
        this.bytes = bytes;
    }

    /** @param ordinal from 1; true where the mask does not reach */
    boolean isSet(int ordinal) {
        byte[] mask = bytes;
        if (mask == null) {
            return true;
        }
        int index = mask.length - 1 - (ordinal - 1) / 8;
        return index < 0 || (mask[index] >> ((ordinal - 1) % 8) & 1) == 1;
    }

    /**
     * Whether a NULL in a row of a change table does not say that the column is NULL. The documentation of the change tables:
     * {@code image}, {@code text} and {@code ntext} are NULL in every old row; types with (max) in the rows of an update that did not
     * touch them.
     */
    boolean leavesOut(CapturedColumn column, int operation) {
        boolean update = operation == ChangePosition.UPDATE_OLD || operation == ChangePosition.UPDATE_NEW;
        boolean old = operation == ChangePosition.UPDATE_OLD || operation == ChangePosition.DELETE;
        return switch (column.type().large()) {
            case NO -> false;
            case UNLESS_UPDATED -> update && !isSet(column.ordinal());
            case NEVER_OLD -> old || (update && !isSet(column.ordinal()));
        };
    }
}
