package io.rustcdc.spring.actuate;

import io.rustcdc.checkpoint.SnapshotState;
import io.rustcdc.event.CdcException;
import io.rustcdc.snapshot.Snapshots;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;

/** What somebody wants to have read. */
final class SnapshotRequest {

    private final List<String> tables;
    private final @Nullable String condition;

    private SnapshotRequest(List<String> tables, @Nullable String condition) {
        this.tables = tables;
        this.condition = condition;
    }

    /**
     * @param name a condition's name; null for all rows
     * @param conditions the SQL by name
     * @throws InvalidEndpointRequestException if there is no table, or no condition of that name
     */
    static SnapshotRequest of(@Nullable List<String> tables, @Nullable String name, Map<String, String> conditions) {
        if (tables == null || tables.isEmpty()) {
            throw refused(
                    "A snapshot needs 'tables', a comma-separated list of globs over qualified names such as public.orders");
        }
        String condition = name == null ? null : conditions.get(name);
        if (name != null && condition == null) {
            throw refused(
                    "There is no condition '%s'; the configured names (snapshot.conditions) are %s. SQL is not taken here"
                            .formatted(name, conditions.keySet()));
        }
        return new SnapshotRequest(List.copyOf(tables), condition);
    }

    CompletableFuture<SnapshotState> sendTo(Snapshots snapshots) {
        return snapshots.request(tables, condition);
    }

    /**
     * Waits until a wish is saved.
     *
     * @return whether it is by now
     * @throws InvalidEndpointRequestException if it was refused
     */
    static boolean await(CompletableFuture<SnapshotState> wish, Duration patience) {
        try {
            wish.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof CdcException failure) {
                throw failure;
            }
            throw refused(cause == null ? e.toString() : String.valueOf(cause.getMessage()));
        }
    }

    private static InvalidEndpointRequestException refused(String message) {
        return new InvalidEndpointRequestException(message, message);
    }
}
