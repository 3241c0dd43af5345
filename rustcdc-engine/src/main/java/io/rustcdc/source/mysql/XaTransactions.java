package io.rustcdc.source.mysql;

import io.rustcdc.source.SourceException;
import java.util.Collections;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * XA transactions between their two phases (MySQL manual, "XA Transactions"; since MySQL 5.7 and MariaDB 10.5 the log has the rows
 * where they are prepared). For one thread.
 */
final class XaTransactions implements AutoCloseable {

    /** The server writes {@code XA COMMIT X'6869',X'',1}, the parts of the id in hexadecimal. */
    private static final Pattern ID = Pattern.compile("(?i)\\bXA\\s+\\w+\\s+(X'[0-9a-f]*',\\s*X'[0-9a-f]*',\\s*\\d+)");

    private final Map<String, PreparedTransaction> prepared = new HashMap<>();
    private @Nullable PreparedTransaction beginning;
    private String beginningId = "";

    /** The rows that come until the end of this group are not committed with it. */
    void begin(String id, @Nullable Gtid gtid, BinlogPosition place) {
        beginningId = id;
        beginning = new PreparedTransaction(gtid, place);
    }

    /** Where the oldest one begins that waits for its second phase; null if none does. */
    @Nullable
    BinlogPosition oldest() {
        return prepared.isEmpty()
                ? null
                : Collections.min(prepared.values().stream()
                        .map(PreparedTransaction::begin)
                        .toList());
    }

    /** What takes the events of the group at hand; null when it is an ordinary one. */
    @Nullable
    PreparedTransaction beginning() {
        return beginning;
    }

    /** The end of the group at hand: it waits for its second phase. */
    void prepare() {
        PreparedTransaction ended = beginning;
        if (ended != null) {
            PreparedTransaction replaced = prepared.put(beginningId, ended);
            if (replaced != null) {
                replaced.close();
            }
            beginning = null;
        }
    }

    /** The end of the group at hand: its only phase. */
    @Nullable
    PreparedTransaction commitAtOnce() {
        PreparedTransaction ended = beginning;
        beginning = null;
        return ended;
    }

    /** The second phase of one that was prepared; it is this log's no more. */
    @Nullable
    PreparedTransaction end(Statement statement) {
        return prepared.remove(id(statement));
    }

    /** The id in a statement, in lower case and without spaces: {@code x'6869',x'',1}. */
    static String id(Statement statement) {
        Matcher matcher = ID.matcher(statement.sql());
        if (!matcher.find()) {
            throw SourceException.terminal(
                    "The log has an XA statement without a readable id",
                    "Please report this with the server's version; to go on behind it, reset the source.");
        }
        return matcher.group(1).replaceAll("\\s", "").toLowerCase(Locale.ROOT);
    }

    @Override
    public void close() {
        prepared.values().forEach(PreparedTransaction::close);
        prepared.clear();
        if (beginning != null) {
            beginning.close();
            beginning = null;
        }
    }
}
