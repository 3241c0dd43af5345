package io.rustcdc.source.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Looks through a failure and its causes. */
public final class Causes {

    private static final int DEEPEST = 20;
    private static final Pattern URL_USER_INFO = Pattern.compile("(?i)(://[^:/@\\s]+:)[^@\\s]+@");
    private static final Pattern SECRET_PARAMETER =
            Pattern.compile("(?i)\\b(password|passwd|pwd|sslpassword)(\"?\\s*[=:]\\s*\"?)[^\\s,;&\"]+");

    private Causes() {}

    public static <T extends Throwable> @Nullable T first(Throwable failure, Class<T> type) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < DEEPEST; depth++, cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return type.cast(cause);
            }
        }
        return null;
    }

    /** The message and those of its causes that add something, without secrets. */
    public static String text(Throwable failure) {
        List<String> parts = new ArrayList<>();
        for (Throwable cause = failure; cause != null && parts.size() < 4; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage()).strip();
            if (parts.stream().noneMatch(part -> part.contains(message))) {
                parts.add(message);
            }
        }
        String text = String.join(": ", parts);
        text = URL_USER_INFO.matcher(text).replaceAll("$1***redacted***@");
        return SECRET_PARAMETER.matcher(text).replaceAll("$1$2***redacted***");
    }
}
