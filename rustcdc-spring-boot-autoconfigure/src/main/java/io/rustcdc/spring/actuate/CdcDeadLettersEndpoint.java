package io.rustcdc.spring.actuate;

import io.rustcdc.deadletter.DeadLetter;
import io.rustcdc.deadletter.DeadLetterStore.Filter;
import io.rustcdc.event.CdcException;
import io.rustcdc.event.TableId;
import io.rustcdc.runtime.DeadLetters;
import io.rustcdc.runtime.DeadLetters.Replayed;
import io.rustcdc.spring.CdcEngines;
import java.security.Principal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

/**
 * Shows the changes that listeners could not handle, or that transforms failed for; with {@code management.endpoint.cdcdeadletters.access=unrestricted} it also
 * replays and discards them, which the log tells with the name of the user. Keys, values and messages of exceptions are shown as
 * {@code management.endpoint.cdcdeadletters.show-values} says.
 */
@Endpoint(id = "cdcdeadletters", defaultAccess = Access.READ_ONLY)
public final class CdcDeadLettersEndpoint {

    private static final Logger logger = LoggerFactory.getLogger(CdcDeadLettersEndpoint.class);

    private static final int USUAL_PAGE = 100;
    private static final int LARGEST_PAGE = 1000;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final CdcEngines engines;
    private final ShownValues values;

    public CdcDeadLettersEndpoint(CdcEngines engines, ShownValues values) {
        this.engines = engines;
        this.values = values;
    }

    /** How many there are, of each source that keeps any. */
    @ReadOperation
    public Sources sources() {
        Map<String, Kept> kept = new LinkedHashMap<>();
        for (String name : engines.names()) {
            DeadLetters letters = engines.get(name).deadLetters();
            if (letters.areKept()) {
                kept.put(name, new Kept(letters.location(), count(letters)));
            }
        }
        return new Sources(kept);
    }

    /**
     * Those of one source, the oldest first.
     *
     * @param listener only those of this one
     * @param table only those of this one, as {@code schema.table}
     * @param state only those that are parked, superseded or skipped
     * @param limit how many at most; 100 unless said
     * @param after only those with a higher id
     * @return null (not found) when there is no such source
     */
    @ReadOperation
    public @Nullable Page letters(
            @Selector String source,
            @Nullable String listener,
            @Nullable String table,
            DeadLetter.@Nullable State state,
            @Nullable Integer limit,
            @Nullable Long after,
            SecurityContext security) {
        if (!engines.names().contains(source)) {
            return null;
        }
        int most = limit == null ? USUAL_PAGE : limit;
        if (most < 1 || most > LARGEST_PAGE) {
            throw refused("'limit' is %d; expected is 1 to %d".formatted(most, LARGEST_PAGE));
        }
        DeadLetters letters = engines.get(source).deadLetters();
        boolean withValues = values.areShown(security);
        try {
            List<DeadLetter> found =
                    letters.list(new Filter(listener, tableId(table), state), most, after == null ? 0 : after);
            Long next = found.size() < most ? null : found.get(most - 1).id();
            return new Page(
                    letters.location(),
                    letters.count(),
                    found.stream()
                            .map(letter -> DeadLetterDescription.of(letter, withValues, false))
                            .toList(),
                    next);
        } catch (CdcException e) {
            throw refused(e);
        }
    }

    /** One of them, with its change where values are shown; null (not found) when there is none. */
    @ReadOperation
    public @Nullable DeadLetterDescription letter(
            @Selector String source, @Selector long id, SecurityContext security) {
        if (!engines.names().contains(source)) {
            return null;
        }
        try {
            return engines.get(source)
                    .deadLetters()
                    .find(id)
                    .map(letter -> DeadLetterDescription.of(letter, values.areShown(security), true))
                    .orElse(null);
        } catch (CdcException e) {
            throw refused(e);
        }
    }

    /**
     * Replays or discards dead letters of a source that captures now. Those that transforms failed for can only be discarded.
     *
     * @param ids which, with commas between; for {@code REPLAY} the rows of these, each in order from its oldest one on
     * @param listener for {@code REPLAY} without ids: only those of this one
     * @param table for {@code REPLAY} without ids: only those of this one
     * @param security who asks, for the log
     * @throws InvalidEndpointRequestException if there is no such source or letter, the source does not capture now or the store does not
     *     answer, with the reason
     */
    @WriteOperation
    public Outcome change(
            @Selector String source,
            Action action,
            @Nullable String ids,
            @Nullable String listener,
            @Nullable String table,
            SecurityContext security) {
        if (!engines.names().contains(source)) {
            throw refused("There is no source '%s'; the sources are %s".formatted(source, engines.names()));
        }
        boolean filtered = listener != null || table != null;
        boolean wrong = ids == null ? action == Action.DISCARD : filtered;
        if (wrong) {
            throw refused(
                    "The action 'replay' takes 'ids', or 'listener' and 'table', or nothing; the action 'discard' needs 'ids'; nothing has been done");
        }
        DeadLetters letters = engines.get(source).deadLetters();
        logger.info(
                "Source '{}': {} of dead letters {} (listener {}, table {}) was asked for by {}",
                source,
                action,
                ids == null ? "of all ids" : ids,
                listener == null ? "any" : listener,
                table == null ? "any" : table,
                name(security));
        try {
            return switch (action) {
                case REPLAY ->
                    replay(letters, ids == null ? null : numbers(ids), new Filter(listener, tableId(table), null));
                case DISCARD -> discard(letters, numbers(ids == null ? "" : ids));
            };
        } catch (CdcException e) {
            throw refused(e);
        }
    }

    private static Outcome replay(DeadLetters letters, @Nullable List<Long> ids, Filter filter) {
        List<CompletableFuture<Replayed>> replays = new ArrayList<>();
        if (ids == null) {
            replays.add(letters.replay(filter));
        } else {
            ids.forEach(id -> replays.add(letters.replay(id)));
        }
        Awaited awaited = new Awaited(PATIENCE);
        List<Replayed> done = awaited.all(replays);
        return new Outcome(
                done.stream().mapToLong(Replayed::replayed).sum(),
                done.stream().mapToLong(Replayed::failed).sum(),
                done.stream().mapToLong(Replayed::left).sum(),
                0,
                letters.count(),
                awaited.isDone());
    }

    private static Outcome discard(DeadLetters letters, List<Long> ids) {
        Awaited awaited = new Awaited(PATIENCE);
        long discarded = awaited.all(List.of(letters.discard(ids))).stream()
                .mapToLong(Long::longValue)
                .sum();
        return new Outcome(0, 0, 0, discarded, letters.count(), awaited.isDone());
    }

    private static List<Long> numbers(String ids) {
        List<Long> numbers = new ArrayList<>();
        for (String id : ids.split(",", -1)) {
            try {
                numbers.add(Long.valueOf(id.strip()));
            } catch (NumberFormatException e) {
                throw refused(
                        "'ids' must be numbers with commas between, found '%s'; nothing has been done".formatted(ids));
            }
        }
        return numbers;
    }

    private static long count(DeadLetters letters) {
        try {
            return letters.count();
        } catch (CdcException e) {
            throw refused(e);
        }
    }

    private static @Nullable TableId tableId(@Nullable String table) {
        return table == null || table.isBlank() ? null : TableId.parse(table);
    }

    private static InvalidEndpointRequestException refused(CdcException e) {
        return refused(e.action() == null ? e.description() : e.description() + ". " + e.action());
    }

    private static InvalidEndpointRequestException refused(String message) {
        return new InvalidEndpointRequestException(message, message);
    }

    private static String name(SecurityContext security) {
        Principal principal = security.getPrincipal();
        return principal == null ? "somebody without a name" : principal.getName();
    }

    /** What can be done to dead letters. */
    public enum Action {
        /** The listener is called again. */
        REPLAY,
        /** They are removed: the listener never gets these changes. */
        DISCARD
    }

    /** The sources that keep dead letters, by name. */
    public record Sources(Map<String, Kept> sources) implements OperationResponseBody {}

    /** Where and how many. */
    public record Kept(String location, long count) {}

    /**
     * Some of a source's letters.
     *
     * @param count of all it has
     * @param next what {@code after} must be for the next ones; null where these are the last
     */
    public record Page(
            String location,
            long count,
            List<DeadLetterDescription> letters,
            @Nullable Long next) implements OperationResponseBody {}

    /**
     * What an action has come to.
     *
     * @param failed letters whose listener failed again
     * @param left letters that were not tried, since one before them in their row failed
     * @param count of the letters that there still are
     * @param done false if it still goes on; then the numbers are those that are known already
     */
    public record Outcome(long replayed, long failed, long left, long discarded, long count, boolean done)
            implements OperationResponseBody {}
}
