package io.rustcdc.test.databases.sqlserver;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Turns T-SQL into what H2 reads in its mode for SQL Server. All that is bent is in this class: the statements of the source are
 * those of the real server, and most pass as they are.
 */
final class TSqlBend {

    /** A bend of the text outside of literals and quoted names. */
    private record Bend(Pattern pattern, String replacement) {}

    private static final List<Bend> BENDS = List.of(
            // A name of three parts is one of another database, which H2 does not have: a schema stands for it.
            bend("\\bmsdb\\s*\\.\\s*dbo\\s*\\.", "\"msdb.dbo\"."), bend("\\bCOLLATE\\s+\\w+", ""));

    /** Statements that H2 has nothing like: what they do is written down in the tables of {@code sys}. */
    private static final List<Bend> WHOLE = List.of(
            bend(
                    "\\s*CREATE\\s+TRIGGER\\s+\\[?(\\w+)]?\\s+ON\\s+DATABASE\\s.*",
                    "INSERT INTO sys.triggers VALUES ((SELECT COUNT(*) + 1 FROM sys.triggers), '$1', 'DATABASE',"
                            + " LOCALTIMESTAMP, LOCALTIMESTAMP, FALSE)"),
            bend(
                    "\\s*DROP\\s+TRIGGER\\s+(?:IF\\s+EXISTS\\s+)?\\[?(\\w+)]?\\s+ON\\s+DATABASE\\s*;?\\s*",
                    "DELETE FROM sys.triggers WHERE name = '$1'"));

    private TSqlBend() {}

    private static Bend bend(String pattern, String replacement) {
        return new Bend(Pattern.compile(pattern, Pattern.CASE_INSENSITIVE | Pattern.DOTALL), replacement);
    }

    static String bend(String sql) {
        for (Bend whole : WHOLE) {
            java.util.regex.Matcher matcher = whole.pattern().matcher(sql);
            if (matcher.matches()) {
                return matcher.replaceFirst(whole.replacement());
            }
        }
        StringBuilder bent = new StringBuilder(sql.length() + 32);
        StringBuilder code = new StringBuilder();
        for (int i = 0; i < sql.length(); ) {
            int end = literalEnd(sql, i);
            if (end == i) {
                code.append(sql.charAt(i++));
                continue;
            }
            flush(code, bent);
            String literal = sql.substring(i, end);
            bent.append(literal.startsWith("[") ? quoted(literal) : literal);
            i = end;
        }
        flush(code, bent);
        return bent.toString();
    }

    private static void flush(StringBuilder code, StringBuilder bent) {
        String text = code.toString();
        for (Bend bend : BENDS) {
            text = bend.pattern().matcher(text).replaceAll(bend.replacement());
        }
        bent.append(text);
        code.setLength(0);
    }

    /** H2 does not know that a closing bracket in a name is doubled. */
    private static String quoted(String bracketed) {
        return StandInTable.quoted(
                bracketed.substring(1, bracketed.length() - 1).replace("]]", "]"));
    }

    private static final Map<Character, Character> ENDS = Map.of('\'', '\'', '"', '"', '[', ']');

    /** Where the literal, quoted name or comment that begins here ends; the same place if none does. */
    static int literalEnd(String sql, int from) {
        if (sql.startsWith("--", from)) {
            int end = sql.indexOf('\n', from);
            return end < 0 ? sql.length() : end;
        }
        if (sql.startsWith("/*", from)) {
            int end = sql.indexOf("*/", from + 2);
            return end < 0 ? sql.length() : end + 2;
        }
        Character end = ENDS.get(sql.charAt(from));
        if (end == null) {
            return from;
        }
        for (int i = from + 1; i < sql.length(); i++) {
            if (sql.charAt(i) == end) {
                if (i + 1 < sql.length() && sql.charAt(i + 1) == end) {
                    i++;
                } else {
                    return i + 1;
                }
            }
        }
        throw new IllegalArgumentException("Expected " + end + " in " + sql);
    }
}
