package io.rustcdc.spring.mapping;

import org.jspecify.annotations.Nullable;

/** What an object is made of and how it is made. */
interface Shape {

    /** What has to be filled, in the order in which {@link #create} takes the values. */
    Slot[] slots();

    /** Makes the object; what its own code throws comes out as it is. */
    Object create(@Nullable Object[] values) throws Throwable;
}
