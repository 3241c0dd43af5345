package io.rustcdc.observe;

import io.rustcdc.event.CdcException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Failures as text for logs, secrets redacted. Our own messages never hold a row's value; the messages of a listener's
 * exceptions may (a unique index names the duplicate), so there are texts with and without those.
 */
final class FailureText {

    /** MariaDB Connector/J puts it before the text of the server, which our messages already hold. */
    private static final Pattern CONNECTION_NUMBER = Pattern.compile("^\\(conn=-?\\d+\\) ");

    private FailureText() {}

    /** One line: the message, and the root cause's where the message does not already say it. */
    static String full(Throwable failure) {
        Throwable root = root(failure);
        String text = message(failure);
        String cause = CONNECTION_NUMBER.matcher(message(root)).replaceFirst("");
        if (root != failure && !text.contains(cause)) {
            String name = root.getClass().getSimpleName();
            text += rootCause(text, cause.equals(name) ? name : name + ": " + cause);
        }
        return oneLine(text);
    }

    /** One line: the message of our own exceptions, the class of others. */
    static String withoutValues(Throwable failure) {
        Throwable root = root(failure);
        String text = failure instanceof CdcException known
                ? known.description()
                : failure.getClass().getSimpleName();
        String name = root.getClass().getSimpleName();
        return oneLine(root == failure || text.contains(name) ? text : text + rootCause(text, name));
    }

    /** The classes and where they were thrown, without any message. */
    static String stack(Throwable failure) {
        StringBuilder text = new StringBuilder();
        for (Throwable cause : chain(failure)) {
            text.append(text.isEmpty() ? "" : "\nCaused by: ")
                    .append(cause.getClass().getName());
            for (StackTraceElement frame : cause.getStackTrace()) {
                text.append("\n\tat ").append(frame);
            }
        }
        return text.toString();
    }

    private static String rootCause(String text, String cause) {
        return (text.endsWith(".") ? " " : "; ") + "root cause: " + cause;
    }

    private static String message(Throwable failure) {
        String message = failure.getMessage();
        return message == null || message.isBlank() ? failure.getClass().getSimpleName() : message.strip();
    }

    private static String oneLine(String text) {
        return Redaction.redact(text.replaceAll("\\s*\\R\\s*", " "));
    }

    private static Throwable root(Throwable failure) {
        List<Throwable> chain = chain(failure);
        return chain.get(chain.size() - 1);
    }

    private static List<Throwable> chain(Throwable failure) {
        List<Throwable> chain = new ArrayList<>();
        Throwable next = failure;
        // A chain may be a ring; no honest one is this long.
        while (next != null && chain.size() < 30) {
            chain.add(next);
            next = next.getCause();
        }
        return chain;
    }
}
