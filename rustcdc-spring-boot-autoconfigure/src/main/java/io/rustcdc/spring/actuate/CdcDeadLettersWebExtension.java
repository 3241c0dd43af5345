package io.rustcdc.spring.actuate;

import io.rustcdc.deadletter.DeadLetter;
import io.rustcdc.spring.actuate.CdcDeadLettersEndpoint.Action;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;

/** {@link CdcDeadLettersEndpoint} over HTTP: a refusal is a 400 with the reason under {@code refused}. */
@EndpointWebExtension(endpoint = CdcDeadLettersEndpoint.class)
public final class CdcDeadLettersWebExtension {

    private final CdcDeadLettersEndpoint endpoint;

    public CdcDeadLettersWebExtension(CdcDeadLettersEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    /** As {@link CdcDeadLettersEndpoint#sources}. */
    @ReadOperation
    public WebEndpointResponse<Object> sources() {
        return WebAnswer.found(endpoint::sources);
    }

    /** As {@link CdcDeadLettersEndpoint#letters}. */
    @ReadOperation
    public WebEndpointResponse<Object> letters(
            @Selector String source,
            @Nullable String listener,
            @Nullable String table,
            DeadLetter.@Nullable State state,
            @Nullable Integer limit,
            @Nullable Long after,
            SecurityContext security) {
        return WebAnswer.found(() -> endpoint.letters(source, listener, table, state, limit, after, security));
    }

    /** As {@link CdcDeadLettersEndpoint#letter}. */
    @ReadOperation
    public WebEndpointResponse<Object> letter(@Selector String source, @Selector long id, SecurityContext security) {
        return WebAnswer.found(() -> endpoint.letter(source, id, security));
    }

    /** As {@link CdcDeadLettersEndpoint#change}. */
    @WriteOperation
    public WebEndpointResponse<Object> change(
            @Selector String source,
            Action action,
            @Nullable String ids,
            @Nullable String listener,
            @Nullable String table,
            SecurityContext security) {
        return WebAnswer.changed(() -> endpoint.change(source, action, ids, listener, table, security));
    }
}
