package io.rustcdc.observe;

import static org.slf4j.event.Level.DEBUG;
import static org.slf4j.event.Level.INFO;
import static org.slf4j.event.Level.WARN;

import io.rustcdc.event.EventSource;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/** What is logged about changes that listeners could not handle. */
final class DeadLetterLog {

    private DeadLetterLog() {}

    static Level level(DeadLetterEvent.Kind kind) {
        return switch (kind) {
            case PARKED, SKIPPED -> WARN;
            case REPLAYED, PARKED_BEHIND -> DEBUG;
            case DISCARDED, SUPERSEDED -> INFO;
        };
    }

    static String name(DeadLetterEvent.Kind kind) {
        return switch (kind) {
            case PARKED -> "event_parked";
            case PARKED_BEHIND -> "event_parked_behind";
            case SKIPPED -> "event_skipped";
            case REPLAYED -> "dead_letter_replayed";
            case DISCARDED -> "dead_letter_discarded";
            case SUPERSEDED -> "dead_letters_superseded";
        };
    }

    private static String text(DeadLetterEvent.Kind kind) {
        return switch (kind) {
            case PARKED -> "could not handle it: it is a dead letter, and later changes of its row wait behind it";
            case PARKED_BEHIND -> "has not been called: it waits behind a dead letter of its row";
            case SKIPPED -> "could not handle it: it is skipped";
            case REPLAYED -> "has handled the dead letter";
            case DISCARDED -> "will not get the dead letter, which was discarded";
            case SUPERSEDED -> "will not get the dead letters of the table, which was emptied";
        };
    }

    static void log(LoggingEventBuilder log, EventSource source, DeadLetterEvent event) {
        Throwable failure = event.failure();
        String error = failure == null ? "" : FailureText.withoutValues(failure);
        LoggingEventBuilder line = log.addKeyValue("listener", event.listener())
                .addKeyValue("table", event.table())
                .addKeyValue("offset", event.offset().text())
                .addKeyValue("changes", event.changes());
        (failure == null ? line : line.addKeyValue("error", error))
                .log(
                        "{} change(s) of {} at {}: listener '{}' of source '{}' {}{}",
                        event.changes(),
                        event.table(),
                        event.offset().text(),
                        event.listener(),
                        source.name(),
                        text(event.kind()),
                        failure == null ? "" : ": " + error);
    }
}
