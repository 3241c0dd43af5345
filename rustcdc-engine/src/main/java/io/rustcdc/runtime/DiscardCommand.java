package io.rustcdc.runtime;

import io.rustcdc.delivery.DeliveryAbortedException;
import io.rustcdc.delivery.LetterWork;
import io.rustcdc.event.CdcException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/** Removes some letters. */
final class DiscardCommand implements DeadLetterCommand {

    final CompletableFuture<Long> result = new CompletableFuture<>();
    private final ArrayDeque<Long> ids;
    private long discarded;

    DiscardCommand(Collection<Long> ids) {
        this.ids = new ArrayDeque<>(ids);
    }

    @Override
    public boolean work(LetterWork letters, BooleanSupplier mayGoOn) throws DeliveryAbortedException {
        for (Long id = ids.peek(); id != null; id = ids.peek()) {
            if (letters.discard(id)) {
                discarded++;
            }
            ids.remove();
            if (!mayGoOn.getAsBoolean() && !ids.isEmpty()) {
                return false;
            }
        }
        result.complete(discarded);
        return true;
    }

    @Override
    public void giveUp(CdcException why) {
        result.completeExceptionally(why);
    }
}
