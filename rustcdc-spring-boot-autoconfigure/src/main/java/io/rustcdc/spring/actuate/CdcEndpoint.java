package io.rustcdc.spring.actuate;

import io.rustcdc.CdcEngine;
import io.rustcdc.event.CdcException;
import io.rustcdc.spring.CdcEngines;
import java.security.Principal;
import java.util.LinkedHashMap;
import java.util.Map;
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
 * them, and accepts the gap behind a lost position. What it did lasts until the process ends; a gap is accepted once, and
 * where the source goes on is saved.
 */
@Endpoint(id = "cdc", defaultAccess = Access.READ_ONLY)
public final class CdcEndpoint {

    private final CdcEngines engines;

    public CdcEndpoint(CdcEngines engines) {
        this.engines = engines;
    }

    /** All sources by name. */
    @ReadOperation
    public Sources sources() {
        Map<String, SourceDescription> sources = new LinkedHashMap<>();
        for (String name : engines.names()) {
            sources.put(name, SourceDescription.of(engines.get(name).status()));
        }
        return new Sources(sources);
    }

    /** One source; null (not found) when there is none of that name. */
    @ReadOperation
    public @Nullable SourceDescription source(@Selector String source) {
        return engines.names().contains(source)
                ? SourceDescription.of(engines.get(source).status())
                : null;
    }

    /**
     * Does something to a source and shows it afterwards. Doing it again has no further effect.
     *
     * @param security who asks, for the log of an accepted gap
     * @throws InvalidEndpointRequestException if there is no such source, it cannot start, or it has no gap to accept, with
     *     the reason
     */
    @WriteOperation
    public SourceDescription control(@Selector String source, Action action, SecurityContext security) {
        if (!engines.names().contains(source)) {
            String message = "There is no source '%s'; the sources are %s".formatted(source, engines.names());
            throw new InvalidEndpointRequestException(message, message);
        }
        CdcEngine engine = engines.get(source);
        try {
            switch (action) {
                case PAUSE -> engine.pause();
                case RESUME -> engine.resume();
                case STOP -> engine.stop();
                case START -> engine.start();
                case ACCEPT_GAP -> engine.acceptGap(name(security));
            }
        } catch (CdcException e) {
            String message = e.action() == null ? e.description() : e.description() + ". " + e.action();
            throw new InvalidEndpointRequestException(message, message);
        }
        return SourceDescription.of(engine.status());
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
        ACCEPT_GAP
    }

    /** All sources by name. */
    public record Sources(Map<String, SourceDescription> sources) implements OperationResponseBody {}
}
