package io.rustcdc.spring.actuate;

import io.rustcdc.spring.actuate.CdcEndpoint.Action;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;

/** {@link CdcEndpoint} over HTTP: a refusal is a 400 with the reason under {@code refused}. */
@EndpointWebExtension(endpoint = CdcEndpoint.class)
public final class CdcWebExtension {

    private final CdcEndpoint endpoint;

    public CdcWebExtension(CdcEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    /** As {@link CdcEndpoint#control}. */
    @WriteOperation
    public WebEndpointResponse<Object> control(
            @Selector String source,
            Action action,
            @Nullable List<String> tables,
            @Nullable String condition,
            SecurityContext security) {
        return WebAnswer.changed(() -> endpoint.control(source, action, tables, condition, security));
    }
}
