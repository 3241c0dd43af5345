package io.rustcdc.source.postgres;

import io.rustcdc.event.TableId;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns once about each table whose changes carry no key, or not all of them. Lives as long as its connector, so a reconnect
 * is silent.
 */
final class KeylessTables {

    private static final Logger logger = LoggerFactory.getLogger(KeylessTables.class);

    private final Set<TableId> warned = ConcurrentHashMap.newKeySet();

    void warn(TableId table, char identity) {
        if (!warned.add(table)) {
            return;
        }
        String name = quoted(table);
        if (identity == 'n') {
            logger.warn(
                    "Table '{}' has REPLICA IDENTITY NOTHING: only its inserts can arrive, and the server refuses its updates and "
                            + "deletes while they are published. Remedy: ALTER TABLE {} REPLICA IDENTITY DEFAULT;",
                    table,
                    name);
        } else {
            logger.warn(
                    "No primary key of table '{}' is known (replica identity {}): its changes carry no key. Remedy: ALTER "
                            + "TABLE {} ADD PRIMARY KEY (...); and if that is impossible and no column is generated, ALTER TABLE {} REPLICA IDENTITY "
                            + "FULL; (and on each partition, if there are any) so that updates and deletes carry the whole old row. A column list of the publication "
                            + "must name all key columns.",
                    table,
                    identityName(identity),
                    name,
                    name);
        }
    }

    /** Of a table whose replica identity is an index that does not hold the whole primary key. */
    void warnOfIndex(TableId table, List<String> identity, List<String> key) {
        if (warned.add(table)) {
            String name = quoted(table);
            logger.warn(
                    "Table '{}' has REPLICA IDENTITY USING INDEX on {}, which lacks columns of its primary key {}: the server "
                            + "sends no key with a DELETE, and nothing of the old row when the key changes. Remedy: ALTER TABLE {} "
                            + "REPLICA IDENTITY DEFAULT;",
                    table,
                    identity,
                    key,
                    name);
        }
    }

    private static String identityName(char identity) {
        return switch (identity) {
            case 'f' -> "FULL";
            case 'i' -> "USING INDEX";
            default -> "DEFAULT";
        };
    }

    private static String quoted(TableId table) {
        String name = quoted(table.name());
        return table.schema() == null ? name : quoted(table.schema()) + "." + name;
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }
}
