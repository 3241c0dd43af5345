package io.rustcdc.spring.actuate;

import io.rustcdc.CdcEngine;
import io.rustcdc.checkpoint.SnapshotState;
import io.rustcdc.event.CdcException;
import io.rustcdc.snapshot.Snapshots;
import io.rustcdc.spring.CdcEngines;
import java.security.Principal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

/**
 * Shows the sources; with {@code management.endpoint.cdc.access=unrestricted} it also pauses, resumes, stops and starts
 * them, accepts the gap behind a lost position, and has existing rows read. What it did to a source lasts until the process
 * ends; where instances share the checkpoint, it holds for all of them until it is undone. A gap is accepted once, and where the source goes on is saved. What it did to snapshots is saved with their progress.
 */
@Endpoint(id = "cdc", defaultAccess = Access.READ_ONLY)
public final class CdcEndpoint {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final String NOT_SAVED =
            "What was asked for is not saved yet: what was read before has to be delivered first. It holds over a restart once 'snapshot' shows it and the changes until then are saved; if the connection ends before, repeat it.";

    private final CdcEngines engines;
    private final Map<String, Map<String, String>> snapshotConditions;

    /** @param snapshotConditions the SQL conditions that a request may name, by source and name */
    public CdcEndpoint(CdcEngines engines, Map<String, Map<String, String>> snapshotConditions) {
        this.engines = engines;
        this.snapshotConditions = Map.copyOf(snapshotConditions);
    }

    /** All sources by name. */
    @ReadOperation
    public Sources sources() {
        Map<String, SourceDescription> sources = new LinkedHashMap<>();
        for (String name : engines.names()) {
            sources.put(name, describe(name, null));
        }
        return new Sources(sources);
    }

    /** One source; null (not found) when there is none of that name. */
    @ReadOperation
    public @Nullable SourceDescription source(@Selector String source) {
        return engines.names().contains(source) ? describe(source, null) : null;
    }

    /**
     * Does something to a source and shows it afterwards. Doing it again has no further effect, except for {@code SNAPSHOT},
     * which reads again what has been read. Snapshots are changed when that is saved; when that takes longer than some seconds, the
     * answer's notice says so.
     *
     * @param tables for {@code SNAPSHOT} only: globs over qualified names; if one matches no captured table, nothing is read
     * @param condition for {@code SNAPSHOT} only: the name of a configured condition that the rows must meet; null for all
     * @param security who asks, for the log of an accepted gap and of what all instances are to do
     * @throws InvalidEndpointRequestException if there is no such source, it cannot start, has no gap to accept, or is not
     *     connected, so that no rows can be requested, or about to connect again, so that its snapshots cannot be changed; or if
     *     tables or condition are not right; with the reason
     */
    @WriteOperation
    public SourceDescription control(
            @Selector String source,
            Action action,
            @Nullable List<String> tables,
            @Nullable String condition,
            SecurityContext security) {
        if (!engines.names().contains(source)) {
            throw refused("There is no source '%s'; the sources are %s".formatted(source, engines.names()));
        }
        if (action != Action.SNAPSHOT && (tables != null || condition != null)) {
            throw refused("'tables' and 'condition' belong to the action 'snapshot' only; nothing has been done");
        }
        CdcEngine engine = engines.get(source);
        Snapshots snapshots = engine.snapshots();
        boolean saved = true;
        try {
            switch (action) {
                case PAUSE -> engine.allInstances().pause(name(security));
                case RESUME -> engine.allInstances().resume(name(security));
                case STOP -> engine.allInstances().stop(name(security));
                case START -> engine.allInstances().start(name(security));
                case ACCEPT_GAP -> engine.acceptGap(name(security));
                case SNAPSHOT ->
                    saved = await(SnapshotRequest.of(tables, condition, conditions(source))
                            .sendTo(snapshots));
                case PAUSE_SNAPSHOT -> saved = await(snapshots.pause());
                case RESUME_SNAPSHOT -> saved = await(snapshots.resume());
                case STOP_SNAPSHOT -> saved = await(snapshots.stop());
            }
        } catch (CdcException e) {
            throw refused(e.action() == null ? e.description() : e.description() + ". " + e.action());
        } catch (IllegalArgumentException e) {
            throw refused(String.valueOf(e.getMessage()));
        }
        return describe(source, saved ? null : NOT_SAVED);
    }

    private SourceDescription describe(String source, @Nullable String notice) {
        return SourceDescription.of(engines.get(source).status(), conditions(source), notice);
    }

    private Map<String, String> conditions(String source) {
        return snapshotConditions.getOrDefault(source, Map.of());
    }

    private static boolean await(CompletableFuture<SnapshotState> wish) {
        return SnapshotRequest.await(wish, PATIENCE);
    }

    private static InvalidEndpointRequestException refused(String message) {
        return new InvalidEndpointRequestException(message, message);
    }

    private static @Nullable String name(SecurityContext security) {
        Principal principal = security.getPrincipal();
        return principal == null ? null : principal.getName();
    }

    /** What can be done to a source. */
    public enum Action {
        PAUSE,
        RESUME,
        STOP,
        START,
        ACCEPT_GAP,
        /** Has the rows of tables delivered, again if they were; ends a pause. */
        SNAPSHOT,
        /** Reads no more rows until it is resumed; changes go on. */
        PAUSE_SNAPSHOT,
        RESUME_SNAPSHOT,
        /** Reads none of the rows that are left. */
        STOP_SNAPSHOT
    }

    /** All sources by name. */
    public record Sources(Map<String, SourceDescription> sources) implements OperationResponseBody {}
}
