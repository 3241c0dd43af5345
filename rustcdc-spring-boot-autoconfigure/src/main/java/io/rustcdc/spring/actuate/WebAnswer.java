package io.rustcdc.spring.actuate;

import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

/** Answers over HTTP that give the reason of a refusal: Boot itself leaves it out, and whoever asked would see "Bad Request" alone. */
final class WebAnswer {

    private WebAnswer() {}

    /** What was read, or 404 where there is nothing. */
    static WebEndpointResponse<Object> found(Supplier<@Nullable Object> read) {
        return answer(read, WebEndpointResponse.STATUS_NOT_FOUND);
    }

    /** What is there after a change, or 204 where nothing is. */
    static WebEndpointResponse<Object> changed(Supplier<@Nullable Object> change) {
        return answer(change, WebEndpointResponse.STATUS_NO_CONTENT);
    }

    private static WebEndpointResponse<Object> answer(Supplier<@Nullable Object> operation, int withoutResult) {
        try {
            Object result = operation.get();
            return result == null ? new WebEndpointResponse<>(withoutResult) : new WebEndpointResponse<>(result);
        } catch (InvalidEndpointRequestException e) {
            return new WebEndpointResponse<>(
                    Map.of(
                            "refused",
                            Objects.toString(e.getReason(), e.getClass().getSimpleName())),
                    WebEndpointResponse.STATUS_BAD_REQUEST);
        }
    }
}
