package io.rustcdc.runtime;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/**
 * What completes once a source's delivery thread has saved something. On that thread nobody can wait for it, so a wait there fails at
 * once; what depends on it runs on other threads.
 */
final class SavedWish<T> extends CompletableFuture<T> {

    private final BooleanSupplier onThreadOfSource;

    private SavedWish(BooleanSupplier onThreadOfSource) {
        this.onThreadOfSource = onThreadOfSource;
    }

    /** The same outcome, for users. */
    static <T> CompletableFuture<T> of(CompletableFuture<T> saved, BooleanSupplier onThreadOfSource) {
        SavedWish<T> wish = new SavedWish<>(onThreadOfSource);
        CompletableFuture<T> unused = saved.whenCompleteAsync((value, failure) -> {
            if (failure == null) {
                wish.complete(value);
            } else {
                wish.completeExceptionally(failure);
            }
        });
        return wish;
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new SavedWish<>(onThreadOfSource);
    }

    @Override
    public T join() {
        requireCanWait();
        return super.join();
    }

    @Override
    public T get() throws InterruptedException, ExecutionException {
        requireCanWait();
        return super.get();
    }

    @Override
    public T get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
        requireCanWait();
        return super.get(timeout, unit);
    }

    private void requireCanWait() {
        if (!isDone() && onThreadOfSource.getAsBoolean()) {
            throw new IllegalStateException(
                    "A listener or an observer waits for a change of its own source's snapshots. That is saved by the thread which waits, '%s', so it would wait for ever. The change itself was asked for; do not wait, use thenAccept or whenComplete"
                            .formatted(Thread.currentThread().getName()));
        }
    }
}
