package io.rustcdc.spring.actuate;

import io.rustcdc.codec.JsonEnvelope;
import io.rustcdc.deadletter.DeadLetter;
import io.rustcdc.deadletter.Failure;
import io.rustcdc.deadletter.ParkedRow;
import io.rustcdc.event.ValueDecodeException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * A dead letter.
 *
 * @param listener its id; of a skipped one, the transform that failed, as {@code transform:name}
 * @param state parked; superseded if its table was emptied after it; or skipped if a transform failed for it, so that it cannot be
 *     replayed
 * @param operation of the change
 * @param offset where the change is, for people
 * @param error what the listener or transform threw: class and message where values are shown, since a message may name values, else the classes
 *     alone; null if the change only stands behind another one of its row
 * @param attempts so many calls have failed; null as for the error
 * @param failedAt when the last one did; null as for the error
 * @param key of the row; null where values are not shown, or of a skipped one without a key
 * @param event the change as JSON, only where one letter is shown, and values are; a text says why if it cannot be
 */
public record DeadLetterDescription(
        long id,
        String listener,
        String state,
        String operation,
        String table,
        String offset,
        Instant committedAt,
        Instant parkedAt,
        @Nullable String error,
        @Nullable Integer attempts,
        @Nullable Instant failedAt,
        @Nullable String key,
        @Nullable Object event)
        implements OperationResponseBody {

    private static final String ROOT = "; root cause: ";
    private static final TypeReference<Map<String, @Nullable Object>> OBJECT = new TypeReference<>() {};

    static DeadLetterDescription of(DeadLetter letter, boolean withValues, boolean withEvent) {
        Failure failure = letter.failure();
        return new DeadLetterDescription(
                letter.id(),
                letter.listener(),
                letter.state().name().toLowerCase(Locale.ROOT),
                letter.event().operation().code(),
                letter.event().table().qualifiedName(),
                letter.event().offset().text(),
                letter.event().commitTime(),
                letter.parkedAt(),
                failure == null ? null : withValues ? failure.error() : classes(failure.error()),
                failure == null ? null : failure.attempts(),
                failure == null ? null : failure.at(),
                withValues ? key(letter) : null,
                withValues && withEvent ? event(letter) : null);
    }

    private static @Nullable String key(DeadLetter letter) {
        List<ParkedRow> rows = letter.rows();
        return rows.isEmpty() ? null : rows.get(0).key();
    }

    private static Object event(DeadLetter letter) {
        try {
            return JsonMapper.shared().readValue(new JsonEnvelope().toJson(letter.event()), OBJECT);
        } catch (ValueDecodeException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** Of "a.B: message; root cause: c.D: message", what is not a message. */
    private static String classes(String error) {
        int root = error.lastIndexOf(ROOT);
        return root < 0 ? type(error) : type(error) + ROOT + type(error.substring(root + ROOT.length()));
    }

    private static String type(String described) {
        int colon = described.indexOf(':');
        String type = colon < 0 ? described : described.substring(0, colon);
        return type.matches("[\\w.$]+") ? type : "unknown";
    }
}
