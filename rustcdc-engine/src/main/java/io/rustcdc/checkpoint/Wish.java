package io.rustcdc.checkpoint;

/** What somebody wants all instances of a source to do, until somebody wants something else. */
public enum Wish {
    /** One of them captures, the others stand by. What is so when nobody has wished for anything. */
    RUN,
    /** One of them is connected and delivers nothing. */
    PAUSE,
    /** None captures. */
    STOP
}
