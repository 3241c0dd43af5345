package io.rustcdc.runtime;

import io.rustcdc.delivery.DeliveryAbortedException;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Offset;
import io.rustcdc.event.Row;
import io.rustcdc.transform.Pipeline;
import io.rustcdc.transform.TransformException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What the two threads of one run share.
 *
 * @param toConfirm the newest durable offset that the source has not been told yet; set by the delivery thread after the
 *     save, cleared by the reader after the source was told
 * @param letters what operators want done with dead letters
 * @param deliveryEnded open once nothing more will be delivered or saved by the delivery thread
 */
record RunParts(
        Handoff handoff,
        CheckpointWriter checkpoints,
        Vitals vitals,
        AtomicReference<@Nullable Offset> toConfirm,
        CountDownLatch deliveryEnded,
        SourceSnapshots snapshots,
        Pipeline pipeline,
        DeadLetterCommands letters) {

    /** Keeps the changes that transforms fail for, where these become dead letters. */
    interface Keeper {

        /** @throws TransformException if it cannot be kept */
        void keep(ChangeEvent<Row> event, TransformException failure) throws DeliveryAbortedException;
    }

    /**
     * The change as the listeners are to see it; null if none is to. What became of it is told at once.
     *
     * @throws TransformException if a transform failed
     * @throws DeliveryAbortedException if one failed while the source was being stopped
     */
    @Nullable
    ChangeEvent<Row> transform(ChangeEvent<Row> event, Keeper keeper) throws DeliveryAbortedException {
        try {
            ChangeEvent<Row> transformed = transformUntold(event, keeper);
            pipeline.tell();
            return transformed;
        } catch (TransformException e) {
            pipeline.tell(e);
            throw e;
        }
    }

    /** As {@link #transform}, and nothing is told: what became of the change may be undone. */
    @Nullable
    ChangeEvent<Row> transformUntold(ChangeEvent<Row> event, Keeper keeper) throws DeliveryAbortedException {
        try {
            return pipeline.transform(event);
        } catch (TransformException e) {
            if (handoff.isStopped()) {
                throw new DeliveryAbortedException();
            }
            if (!e.isToBeSkipped()) {
                throw e;
            }
            keeper.keep(event, e);
            return null;
        }
    }
}
