package io.rustcdc.runtime;

import io.rustcdc.event.Offset;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What the two threads of one run share.
 *
 * @param toConfirm the newest durable offset that the source has not been told yet; set by the delivery thread after the
 *     save, cleared by the reader after the source was told
 * @param deliveryEnded open once nothing more will be delivered or saved by the delivery thread
 */
record RunParts(
        Handoff handoff,
        CheckpointWriter checkpoints,
        Vitals vitals,
        AtomicReference<@Nullable Offset> toConfirm,
        CountDownLatch deliveryEnded,
        SourceSnapshots snapshots) {}
