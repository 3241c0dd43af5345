package io.rustcdc.deadletter;

import io.rustcdc.observe.Redaction;
import java.time.Instant;
import java.util.Objects;

/**
 * Why a listener could not handle a change. Holds what the listener's exception says, which may name values of the row: it is for
 * where the row itself is, not for logs.
 *
 * @param error the exception and its root cause, classes and messages, in one line; secrets are redacted
 * @param attempts so many calls have failed
 * @param at when the last of them did
 */
public record Failure(String error, int attempts, Instant at) {

    /** The longest text that is kept. */
    public static final int MAX_ERROR_LENGTH = 2000;

    private static final int DEEPEST_CHAIN = 30;

    public Failure {
        Objects.requireNonNull(error, "error");
        Objects.requireNonNull(at, "at");
        error = bounded(Redaction.redact(error));
    }

    public static Failure of(Throwable thrown, int attempts, Instant at) {
        Throwable root = root(thrown);
        String text = describe(thrown);
        return new Failure(root == thrown ? text : text + "; root cause: " + describe(root), attempts, at);
    }

    private static Throwable root(Throwable thrown) {
        Throwable root = thrown;
        // A chain may be a ring; no honest one is this long.
        for (int depth = 0; root.getCause() != null && depth < DEEPEST_CHAIN; depth++) {
            root = root.getCause();
        }
        return root;
    }

    private static String describe(Throwable thrown) {
        String message = thrown.getMessage();
        String name = thrown.getClass().getName();
        return message == null || message.isBlank()
                ? name
                : name + ": " + bounded(message.strip().replaceAll("\\s*\\R\\s*", " "));
    }

    private static String bounded(String text) {
        return text.length() <= MAX_ERROR_LENGTH ? text : text.substring(0, MAX_ERROR_LENGTH - 3) + "...";
    }
}
