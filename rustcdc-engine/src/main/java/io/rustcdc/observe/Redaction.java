package io.rustcdc.observe;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes secrets out of texts that others wrote: driver messages, URLs, configuration, SQL. In doubt it takes too much.
 * What it knows: the user info of a URL, the value after a key that names a secret ({@code password=}, {@code "token": },
 * {@code ;pwd=}), SQL's {@code PASSWORD '...'} and {@code IDENTIFIED BY '...'}, authorization headers, bearer tokens and JWTs. Applying it twice
 * changes nothing. Stateless and thread-safe.
 */
public final class Redaction {

    /** What stands in the place of a secret. */
    public static final String REDACTED = "***redacted***";

    private static final String KEY =
            "(?:password|passwd|passphrase|pwd|token|secret|credentials?|api[_-]?key|access[_-]?key|private[_-]?key|hash[_-]?key)";

    /** A comma that does not begin the next pair of a list. */
    private static final String INNER_COMMA = ",(?!\\s|[\\w.-]{1,64}[ \\t]*[:=])";

    /**
     * Quoted inside of an escaped JSON text, double, single, in braces as the SQL Server driver quotes, or bare: up to a
     * space, a semicolon, an ampersand or the comma before the next pair.
     */
    private static final String VALUE = "(?:\\\\\"(?:(?!\\\\\").)*+(?:\\\\\")?"
            + "|\"(?:[^\"\\\\]|\\\\.)*+\"?"
            + "|'(?:[^']|'')*+'?"
            + "|\\{(?:[^}]|}})*+}?"
            + "|(?:[^\\s,;&\"'{]|" + INNER_COMMA + ")(?:[^\\s,;&]|" + INNER_COMMA + ")*+)";

    /** MySQL says whether there was a password by {@code (using password: YES)}. */
    private static final Pattern KEY_VALUE = Pattern.compile(
            "(" + KEY + "(?:\\\\?[\"'])?[ \\t]*[:=][ \\t]*)(?!\\Q" + REDACTED + "\\E|(?:YES|NO)\\))" + VALUE,
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    /** From the colon after the user to the last @ of the word: passwords are often not URL-encoded. */
    private static final Pattern USER_INFO = Pattern.compile("(://[^\\s/?#:]*+:)\\S*@");

    private static final Pattern SQL = Pattern.compile(
            "(\\b(?:password|identified\\s+by)\\s+)'(?:[^']|'')*+'?", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private static final Pattern HEADER = Pattern.compile(
            "(\\bauthorization\\\\?[\"']?[ \\t]*[:=][ \\t]*\\\\?[\"']?(?:basic|digest|bearer)?[ \\t]*|\\bbearer[ \\t]+)[A-Za-z0-9._~+/=-]{8,}+",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern JWT =
            Pattern.compile("\\beyJ[A-Za-z0-9_-]++\\.[A-Za-z0-9_-]++(?:\\.[A-Za-z0-9_-]*+)*+");

    private Redaction() {}

    /** The text without secrets. */
    public static String redact(String text) {
        String result = replace(KEY_VALUE, text, REDACTED);
        result = replace(USER_INFO, result, REDACTED + "@");
        result = replace(HEADER, result, REDACTED);
        result = replace(JWT, result, REDACTED);
        return replace(SQL, result, "'" + REDACTED + "'");
    }

    private static String replace(Pattern pattern, String text, String secret) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            return text;
        }
        String kept = matcher.groupCount() == 0 ? "" : "$1";
        return matcher.replaceAll(kept + Matcher.quoteReplacement(secret));
    }
}
