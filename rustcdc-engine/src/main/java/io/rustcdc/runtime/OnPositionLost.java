package io.rustcdc.runtime;

/** What a source does when the changes that come next cannot be read any more. */
public enum OnPositionLost {

    /** It fails, and waits for somebody to decide. */
    FAIL,

    /**
     * It goes on where reading is possible, and reads all tables again. A copy that is written by key becomes right by that, except for
     * rows that were deleted meanwhile: nothing tells of them.
     */
    RESNAPSHOT
}
