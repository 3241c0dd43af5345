package io.rustcdc.runtime;

import io.rustcdc.delivery.DeliveryAbortedException;
import io.rustcdc.delivery.LetterWork;
import io.rustcdc.event.CdcException;
import java.util.function.BooleanSupplier;

/** Something that an operator wants done with dead letters, by the delivery thread, in parts between which it delivers. */
interface DeadLetterCommand {

    /**
     * Does a part of it, at least one letter.
     *
     * @param mayGoOn whether the part may become longer
     * @return true when all is done, and whoever waits for it has been told
     */
    boolean work(LetterWork letters, BooleanSupplier mayGoOn) throws DeliveryAbortedException;

    /** Nothing more of it will be done. */
    void giveUp(CdcException why);
}
