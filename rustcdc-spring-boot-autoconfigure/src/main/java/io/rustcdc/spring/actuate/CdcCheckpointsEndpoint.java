package io.rustcdc.spring.actuate;

import io.rustcdc.checkpoint.StoredCheckpoint;
import io.rustcdc.event.CdcException;
import io.rustcdc.runtime.SourceCheckpoint;
import io.rustcdc.spring.CdcEngines;
import java.security.Principal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

/**
 * Shows the checkpoints; with {@code management.endpoint.cdccheckpoints.access=unrestricted} it also sets, resets and restores
 * those of sources that are stopped. Each change keeps what it replaces and is logged with the name of the user.
 */
@Endpoint(id = "cdccheckpoints", defaultAccess = Access.READ_ONLY)
public final class CdcCheckpointsEndpoint {

    /** What stands for the present checkpoint where an id is expected. */
    static final String PRESENT = "present";

    private final CdcEngines engines;

    public CdcCheckpointsEndpoint(CdcEngines engines) {
        this.engines = engines;
    }

    /** The checkpoints of all sources by name. */
    @ReadOperation
    public Checkpoints checkpoints() {
        Map<String, CheckpointDescription> checkpoints = new LinkedHashMap<>();
        engines.names().forEach(name -> checkpoints.put(name, describe(name)));
        return new Checkpoints(checkpoints);
    }

    /** That of one source; null (not found) when there is none of that name. */
    @ReadOperation
    public @Nullable CheckpointDescription checkpoint(@Selector String source) {
        return engines.names().contains(source) ? describe(source) : null;
    }

    /**
     * The JSON as it is kept.
     *
     * @param id of an entry of the history, or {@code present}
     * @return null (not found) when there is no such source or checkpoint
     */
    @ReadOperation(produces = "application/json")
    public @Nullable String json(@Selector String source, @Selector String id) {
        if (!engines.names().contains(source)) {
            return null;
        }
        SourceCheckpoint checkpoint = engines.get(source).checkpoint();
        try {
            Optional<StoredCheckpoint> wanted = id.equals(PRESENT)
                    ? checkpoint.stored()
                    : checkpoint.history().stream()
                            .filter(entry -> id.equals(entry.id()))
                            .findFirst();
            return wanted.map(StoredCheckpoint::json).orElse(null);
        } catch (CdcException e) {
            throw refused(e);
        }
    }

    /**
     * Changes the checkpoint of a source that is stopped, and shows it afterwards.
     *
     * @param offset for {@code SET} only: the fields of a position of the source's type
     * @param committedCount for {@code SET} only: changes acknowledged until there; null to keep the stored number
     * @param id for {@code RESTORE} only: that of an entry of the history
     * @param security who asks, for the log
     * @throws InvalidEndpointRequestException if there is no such source, it is not stopped, the position or the id is not right or
     *     the server could not go on there, with the reason
     */
    @WriteOperation
    public CheckpointDescription change(
            @Selector String source,
            Action action,
            @Nullable Map<String, Object> offset,
            @Nullable Long committedCount,
            @Nullable String id,
            SecurityContext security) {
        SourceCheckpoint checkpoint = require(source);
        try {
            switch (action) {
                case SET -> {
                    if (offset == null || id != null) {
                        throw refused(
                                "The action 'set' needs 'offset', the fields of a position, and takes 'committedCount'; nothing has been done");
                    }
                    checkpoint.set(offset, committedCount, name(security));
                }
                case RESTORE -> {
                    if (id == null || offset != null || committedCount != null) {
                        throw refused(
                                "The action 'restore' needs 'id', that of an entry of the history, and nothing else; nothing has been done");
                    }
                    checkpoint.restore(id, name(security));
                }
            }
        } catch (CdcException e) {
            throw refused(e);
        }
        return describe(source);
    }

    /**
     * Removes the checkpoint of a source that is stopped, so that it starts anew.
     *
     * @return what is left: the history; null (no content) when there was no checkpoint
     * @throws InvalidEndpointRequestException as for a change
     */
    @DeleteOperation
    public @Nullable CheckpointDescription delete(@Selector String source, SecurityContext security) {
        try {
            return require(source).delete(name(security)) ? describe(source) : null;
        } catch (CdcException e) {
            throw refused(e);
        }
    }

    private SourceCheckpoint require(String source) {
        if (!engines.names().contains(source)) {
            throw refused("There is no source '%s'; the sources are %s".formatted(source, engines.names()));
        }
        return engines.get(source).checkpoint();
    }

    private CheckpointDescription describe(String source) {
        try {
            return CheckpointDescription.of(
                    engines.get(source).source().type(), engines.get(source).checkpoint());
        } catch (CdcException e) {
            throw refused(e);
        }
    }

    private static InvalidEndpointRequestException refused(CdcException e) {
        return refused(e.action() == null ? e.description() : e.description() + ". " + e.action());
    }

    private static InvalidEndpointRequestException refused(String message) {
        return new InvalidEndpointRequestException(message, message);
    }

    private static @Nullable String name(SecurityContext security) {
        Principal principal = security.getPrincipal();
        return principal == null ? null : principal.getName();
    }

    /** What can be done to a checkpoint. */
    public enum Action {
        /** Goes on somewhere else. */
        SET,
        /** Goes on where an earlier checkpoint says. */
        RESTORE
    }

    /** The checkpoints of all sources by name. */
    public record Checkpoints(Map<String, CheckpointDescription> checkpoints) implements OperationResponseBody {}
}
