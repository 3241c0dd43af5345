package io.rustcdc.source.mysql;

import io.rustcdc.event.TableId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the log has to know of a statement: whether it begins or ends something, and which names it mentions. No parser: the first
 * words decide. Comments count as spaces, also those that the server executes; their words are read.
 */
final class Statement {

    /** What a statement is for the log. */
    enum Kind {
        BEGIN,
        COMMIT,
        ROLLBACK,
        /** Sets or removes a mark; changes nothing. */
        SAVEPOINT,
        /** Takes back what was logged before. */
        ROLLBACK_TO_SAVEPOINT,
        XA_START,
        XA_END,
        XA_COMMIT,
        XA_ROLLBACK,
        TRUNCATE,
        /** A change of rows that is logged as a statement: its rows are not in the log. */
        CHANGE_OF_ROWS,
        /** All else: definitions, grants, maintenance. */
        OTHER;

        /** Whether it begins, parts or ends what may be more than one statement, and is nothing else. */
        boolean isOfTransactions() {
            return this != TRUNCATE && this != CHANGE_OF_ROWS && this != OTHER;
        }
    }

    private static final Set<String> CHANGES = Set.of("INSERT", "UPDATE", "DELETE", "REPLACE", "LOAD", "WITH", "CALL");

    private final QueryEvent query;
    private final List<String> words;
    private final Kind kind;

    private Statement(QueryEvent query) {
        this.query = query;
        this.words = words(query.sql(), FIRST_WORDS);
        this.kind = kindOf();
    }

    /** Enough to tell what it is, and the name of a table that is truncated. */
    private static final int FIRST_WORDS = 8;

    static Statement of(QueryEvent query) {
        return new Statement(query);
    }

    Kind kind() {
        return kind;
    }

    String sql() {
        return query.sql();
    }

    private Kind kindOf() {
        return switch (word(0)) {
            case "BEGIN" -> Kind.BEGIN;
            case "START" -> word(1).equals("TRANSACTION") ? Kind.BEGIN : Kind.OTHER;
            case "COMMIT" -> Kind.COMMIT;
            case "ROLLBACK" -> words.size() > 1 ? Kind.ROLLBACK_TO_SAVEPOINT : Kind.ROLLBACK;
            case "SAVEPOINT", "RELEASE" -> Kind.SAVEPOINT;
            case "XA" ->
                switch (word(1)) {
                    case "START", "BEGIN" -> Kind.XA_START;
                    case "END" -> Kind.XA_END;
                    case "COMMIT" -> Kind.XA_COMMIT;
                    case "ROLLBACK" -> Kind.XA_ROLLBACK;
                    default -> Kind.OTHER;
                };
            case "TRUNCATE" -> Kind.TRUNCATE;
            default -> {
                if (isDeleteOfAll()) {
                    yield Kind.TRUNCATE;
                }
                yield CHANGES.contains(word(0)) ? Kind.CHANGE_OF_ROWS : Kind.OTHER;
            }
        };
    }

    /** So a server logs that a table in memory is empty after it was restarted. */
    private boolean isDeleteOfAll() {
        boolean bare = words.size() == 3 || (words.size() == 5 && words.get(3).equals("."));
        return bare && word(0).equals("DELETE") && word(1).equals("FROM");
    }

    /** Whether it is a {@code CREATE TABLE ... SELECT} whose rows follow in the same transaction. */
    boolean isPartOfTransaction() {
        return word(0).equals("CREATE") && query.sql().stripTrailing().endsWith("START TRANSACTION");
    }

    /** The table that a TRUNCATE empties; null when its name cannot be found. */
    @Nullable
    TableId truncated() {
        boolean second = word(1).equals("TABLE") || word(0).equals("DELETE");
        int at = second && words.size() > 2 ? 2 : 1;
        if (kind != Kind.TRUNCATE || words.size() <= at) {
            return null;
        }
        if (words.size() > at + 2 && words.get(at + 1).equals(".")) {
            return new TableId(name(at), name(at + 2));
        }
        return new TableId(query.database(), name(at));
    }

    /** Whether a name in the text is one of a table that is wanted. */
    boolean mayConcern(WantedTables wanted) {
        List<String> all = words(query.sql(), Integer.MAX_VALUE);
        for (int i = 0; i < all.size(); i++) {
            String name = name(all, i);
            boolean qualified = i >= 2 && all.get(i - 1).equals(".");
            String database = qualified ? name(all, i - 2) : query.database();
            if (!name.isBlank() && wanted.contains(new TableId(database, name))) {
                return true;
            }
        }
        return false;
    }

    /** Whether the table's name stands in the text, as a word and whatever it means there. */
    boolean mentions(TableId table) {
        String sql = query.sql().toLowerCase(Locale.ROOT);
        String name = table.name().toLowerCase(Locale.ROOT);
        for (int at = sql.indexOf(name); at >= 0; at = sql.indexOf(name, at + 1)) {
            int end = at + name.length();
            if ((at == 0 || !isNamePart(sql.charAt(at - 1))) && (end == sql.length() || !isNamePart(sql.charAt(end)))) {
                return true;
            }
        }
        return false;
    }

    /** Whether rows may go with a partition, which the log does not show. */
    boolean dropsRowsUnseen() {
        String sql =
                " " + String.join(" ", words(query.sql(), Integer.MAX_VALUE)).toUpperCase(Locale.ROOT) + " ";
        return sql.startsWith(" DROP TABLE ")
                || (sql.startsWith(" ALTER TABLE ")
                        && (sql.contains(" TRUNCATE PARTITION ")
                                || sql.contains(" DROP PARTITION ")
                                || sql.contains(" EXCHANGE PARTITION ")));
    }

    private String word(int index) {
        return index < words.size() ? words.get(index).toUpperCase(Locale.ROOT) : "";
    }

    /** Without its quotes. */
    private String name(int index) {
        return name(words, index);
    }

    private static String name(List<String> words, int index) {
        String word = words.get(index);
        char quote = word.charAt(0);
        if (word.length() > 1 && (quote == '`' || quote == '"')) {
            String inner = word.substring(1, word.length() - 1);
            return inner.replace("" + quote + quote, "" + quote);
        }
        return word;
    }

    /** Words, quoted names with their quotes, and single signs. */
    private static List<String> words(String sql, int most) {
        List<String> words = new ArrayList<>();
        int at = 0;
        while (at < sql.length() && words.size() < most) {
            char c = sql.charAt(at);
            if (Character.isWhitespace(c)) {
                at++;
            } else if (sql.startsWith("/*", at)) {
                at = afterComment(sql, at);
            } else if (sql.startsWith("*/", at)) {
                at += 2; // of a comment that the server executes
            } else if (c == '#' || (sql.startsWith("--", at) && isSpace(sql, at + 2))) {
                int end = sql.indexOf('\n', at);
                at = end < 0 ? sql.length() : end + 1;
            } else {
                int end = wordEnd(sql, at);
                words.add(sql.substring(at, end));
                at = end;
            }
        }
        return words;
    }

    /** Behind a comment, or into one that the server executes: {@code /*!80000 ...} and {@code /*M!100500 ...}. */
    private static int afterComment(String sql, int at) {
        int mark = sql.startsWith("/*M!", at) ? at + 4 : sql.startsWith("/*!", at) ? at + 3 : -1;
        if (mark < 0) {
            int end = sql.indexOf("*/", at + 2);
            return end < 0 ? sql.length() : end + 2;
        }
        int inside = mark;
        while (inside < sql.length() && Character.isDigit(sql.charAt(inside))) {
            inside++;
        }
        return inside;
    }

    private static int wordEnd(String sql, int at) {
        char first = sql.charAt(at);
        if (first == '`' || first == '"' || first == '\'') {
            for (int i = at + 1; i < sql.length(); i++) {
                if (sql.charAt(i) == first) {
                    if (i + 1 == sql.length() || sql.charAt(i + 1) != first) {
                        return i + 1;
                    }
                    i++;
                }
            }
            return sql.length();
        }
        int end = at;
        while (end < sql.length() && isNamePart(sql.charAt(end))) {
            end++;
        }
        return Math.max(end, at + 1);
    }

    private static boolean isSpace(String sql, int at) {
        return at >= sql.length() || Character.isWhitespace(sql.charAt(at));
    }

    private static boolean isNamePart(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '$';
    }
}
