package io.rustcdc.delivery;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells {@link CompletionHandler}s of what is done. Changes are delivered and become the acknowledged prefix in one order, so counting
 * them is enough. Used by the delivery thread only.
 */
public final class Completions {

    private static final Logger logger = LoggerFactory.getLogger(Completions.class);

    private final List<Waiting> all = new ArrayList<>();
    private long delivered;
    private long saved;

    public Completions(List<Subscription> subscriptions) {
        for (Subscription subscription : subscriptions) {
            if (subscription.handler() instanceof CompletionHandler handler) {
                all.add(new Waiting(subscription, handler));
            }
        }
    }

    /** One change was given to its listeners; null if a transform has filtered it away. */
    public void delivered(@Nullable ChangeEvent<Row> change) {
        delivered++;
        if (change != null) {
            for (Waiting waiting : all) {
                waiting.add(delivered, change);
            }
        }
    }

    /** The next so many changes behind the last save are acknowledged, and are about to be saved. */
    public void acknowledged(long changes) {
        for (Waiting waiting : all) {
            waiting.tell(saved + changes);
        }
    }

    /** The next so many changes are saved. */
    public void saved(long changes) {
        saved += changes;
    }

    /** What is not saved will be delivered again. */
    public void clear() {
        delivered = 0;
        saved = 0;
        all.forEach(waiting -> waiting.changes.clear());
    }

    /** What one of them is to be told of. */
    private static final class Waiting {

        private final Subscription subscription;
        private final CompletionHandler handler;
        private final ArrayDeque<Numbered> changes = new ArrayDeque<>();

        private record Numbered(long number, ChangeEvent<Row> change) {}

        private Waiting(Subscription subscription, CompletionHandler handler) {
            this.subscription = subscription;
            this.handler = handler;
        }

        private void add(long number, ChangeEvent<Row> change) {
            if (subscription.operations().contains(change.operation())
                    && subscription.tables().matches(change.table())) {
                changes.add(new Numbered(number, change));
            }
        }

        private void tell(long last) {
            List<ChangeEvent<Row>> done = new ArrayList<>();
            for (Numbered first = changes.peek(); first != null && first.number() <= last; first = changes.peek()) {
                done.add(first.change());
                changes.remove();
            }
            if (done.isEmpty()) {
                return;
            }
            try {
                handler.completed(done);
            } catch (RuntimeException e) {
                logger.warn("Listener '{}' failed when it was told what is done", subscription.id(), e);
            }
        }
    }
}
