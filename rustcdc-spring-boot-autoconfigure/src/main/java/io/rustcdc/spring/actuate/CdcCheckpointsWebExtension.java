package io.rustcdc.spring.actuate;

import io.rustcdc.spring.actuate.CdcCheckpointsEndpoint.Action;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@link CdcCheckpointsEndpoint} over HTTP: a refusal is a 400 with the reason under {@code refused}, and the position to be set is a
 * text that holds its JSON, since Boot's web endpoints take flat bodies only.
 */
@EndpointWebExtension(endpoint = CdcCheckpointsEndpoint.class)
public final class CdcCheckpointsWebExtension {

    private static final TypeReference<Map<String, Object>> FIELDS = new TypeReference<>() {};

    private final CdcCheckpointsEndpoint endpoint;

    public CdcCheckpointsWebExtension(CdcCheckpointsEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    /** As {@link CdcCheckpointsEndpoint#checkpoints}. */
    @ReadOperation
    public WebEndpointResponse<Object> checkpoints() {
        return WebAnswer.found(endpoint::checkpoints);
    }

    /** As {@link CdcCheckpointsEndpoint#checkpoint}. */
    @ReadOperation
    public WebEndpointResponse<Object> checkpoint(@Selector String source) {
        return WebAnswer.found(() -> endpoint.checkpoint(source));
    }

    /** As {@link CdcCheckpointsEndpoint#json}. */
    @ReadOperation(produces = "application/json")
    public WebEndpointResponse<Object> json(@Selector String source, @Selector String id) {
        return WebAnswer.found(() -> endpoint.json(source, id));
    }

    /**
     * As {@link CdcCheckpointsEndpoint#change}.
     *
     * @param offset the JSON object that the checkpoint shows as its {@code offset}, as a text
     */
    @WriteOperation
    public WebEndpointResponse<Object> change(
            @Selector String source,
            Action action,
            @Nullable String offset,
            @Nullable Long committedCount,
            @Nullable String id,
            SecurityContext security) {
        return WebAnswer.changed(() -> endpoint.change(source, action, fields(offset), committedCount, id, security));
    }

    /** As {@link CdcCheckpointsEndpoint#delete}. */
    @DeleteOperation
    public WebEndpointResponse<Object> delete(@Selector String source, SecurityContext security) {
        return WebAnswer.changed(() -> endpoint.delete(source, security));
    }

    private static @Nullable Map<String, Object> fields(@Nullable String offset) {
        if (offset == null) {
            return null;
        }
        try {
            return JsonMapper.shared().readValue(offset, FIELDS);
        } catch (JacksonException e) {
            String message =
                    "'offset' must be the JSON object of a position as a text, such as \"{\\\"lsn\\\": \\\"0/16B3748\\\", \\\"slot_name\\\": \\\"shop_cdc\\\"}\", found '%s'; nothing has been done"
                            .formatted(offset);
            throw new InvalidEndpointRequestException(message, message, e);
        }
    }
}
