package io.rustcdc.runtime;

import io.rustcdc.checkpoint.CheckpointException;
import io.rustcdc.checkpoint.LeaseLostException;
import io.rustcdc.deadletter.DeadLetter;
import io.rustcdc.deadletter.DeadLetterException;
import io.rustcdc.deadletter.Failure;
import io.rustcdc.delivery.Delivery;
import io.rustcdc.delivery.DeliveryAbortedException;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.FailureKind;
import io.rustcdc.event.Row;
import io.rustcdc.transform.Pipeline;
import io.rustcdc.transform.TransformException;
import java.sql.Connection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Keeps the changes that a transform fails for as dead letters. A letter is durable before its change counts as acknowledged: by
 * itself, or with the transaction of the listeners and the checkpoint. One that is there already, since its change comes again after
 * a crash, is neither kept nor told again. Used by the delivery thread only.
 */
final class SkippedLetters {

    private final Pipeline pipeline;
    private final Delivery delivery;
    private final List<Skipped> inTransaction = new ArrayList<>();

    private record Skipped(ChangeEvent<Row> event, TransformException failure, DeadLetter letter) {}

    SkippedLetters(Pipeline pipeline, Delivery delivery) {
        this.pipeline = pipeline;
        this.delivery = delivery;
    }

    /**
     * Keeps one: durable on return.
     *
     * @throws TransformException if that cannot be
     * @throws DeliveryAbortedException if the source was stopped, or its connection lost, before the store answered
     */
    void keep(ChangeEvent<Row> event, TransformException failure) throws DeliveryAbortedException {
        boolean isNew;
        try {
            isNew = delivery.keep(letter(event, failure));
        } catch (LeaseLostException e) {
            throw e;
        } catch (RuntimeException e) {
            throw failure.notKept(event, e);
        }
        if (isNew) {
            pipeline.skipped(failure);
        }
    }

    /** A transaction begins: what one before has not committed is as if it had not been. */
    void begin() {
        inTransaction.clear();
    }

    /** Has one kept with the transaction. */
    void add(ChangeEvent<Row> event, TransformException failure) {
        try {
            inTransaction.add(new Skipped(event, failure, letter(event, failure)));
        } catch (RuntimeException e) {
            throw failure.notKept(event, e);
        }
    }

    /**
     * Writes those of the transaction.
     *
     * @param connection of the transaction; asked for only if there is something to write
     * @throws DeadLetterException if it may succeed later
     * @throws TransformException if it will not
     */
    void write(Supplier<Connection> connection) {
        if (inTransaction.isEmpty()) {
            return;
        }
        Connection open = connection.get();
        inTransaction.forEach(skipped -> write(skipped, open));
    }

    private void write(Skipped skipped, Connection connection) {
        boolean isNew;
        try {
            isNew = delivery.keep(skipped.letter(), connection);
        } catch (CheckpointException e) {
            throw e;
        } catch (RuntimeException e) {
            if (e instanceof DeadLetterException refused && refused.kind() == FailureKind.TRANSIENT) {
                throw refused;
            }
            throw skipped.failure().notKept(skipped.event(), e);
        }
        if (isNew) {
            pipeline.skipped(skipped.failure());
        }
    }

    private static DeadLetter letter(ChangeEvent<Row> event, TransformException failure) {
        Instant now = Instant.now();
        Throwable cause = failure.getCause();
        return DeadLetter.skipped(failure.transform(), event, Failure.of(cause == null ? failure : cause, 1, now), now);
    }
}
