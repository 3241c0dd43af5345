package io.rustcdc.source.postgres;

import io.rustcdc.event.TableId;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Warns once about each table whose changes carry no key. Lives as long as its connector, so a reconnect is silent. */
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
                    "Table '{}' has REPLICA IDENTITY NOTHING: its changes carry no key and the server refuses its updates "
                            + "and deletes. Remedy: ALTER TABLE {} REPLICA IDENTITY DEFAULT;",
                    table,
                    name);
        } else {
            logger.warn(
                    "No primary key of table '{}' is known (replica identity {}): its changes carry no key. Remedy: ALTER "
                            + "TABLE {} ADD PRIMARY KEY (...); and if that is impossible, ALTER TABLE {} REPLICA IDENTITY "
                            + "FULL; so that updates and deletes carry the whole old row. A column list of the publication "
                            + "must name all key columns.",
                    table,
                    identityName(identity),
                    name,
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
