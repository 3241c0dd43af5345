package io.rustcdc.spring.outbox;

import io.rustcdc.event.Columns;
import io.rustcdc.event.TableId;
import io.rustcdc.spring.mapping.ColumnNames;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.util.StringUtils;

/**
 * Where the parts of an event are in one version of an outbox table.
 *
 * @param timestamp -1 for none
 * @param others the further columns
 */
record OutboxLayout(
        Columns columns,
        int id,
        int aggregateType,
        int aggregateId,
        int type,
        int payload,
        int timestamp,
        List<Integer> others) {

    /** Asks what a source's table has, and remembers what is missing. */
    private static final class Search {

        private final Columns columns;
        private final Map<String, String> missing = new LinkedHashMap<>();

        private Search(Columns columns) {
            this.columns = columns;
        }

        private int find(String setting, @Nullable String configured, String... usual) {
            if (configured != null) {
                int index = columns.indexOf(configured);
                return index >= 0 ? index : missing(setting, "'" + configured + "'");
            }
            for (String name : usual) {
                int index = ColumnNames.indexOf(columns, name);
                if (index >= 0) {
                    return index;
                }
            }
            return missing(setting, "such as '%s'".formatted(ColumnNames.snakeCase(usual[0])));
        }

        private int missing(String setting, String wanted) {
            missing.put(setting, wanted);
            return -1;
        }
    }

    /**
     * @param key of the source, for messages
     * @throws OutboxException if the table lacks a column
     */
    static OutboxLayout of(Columns columns, OutboxColumns wanted, TableId table, String key) {
        Search search = new Search(columns);
        int id = search.find("id", wanted.id(), "id");
        int aggregateType = search.find("aggregate-type", wanted.aggregateType(), "aggregateType");
        int aggregateId = search.find("aggregate-id", wanted.aggregateId(), "aggregateId");
        int type = search.find("type", wanted.type(), "type", "eventType");
        int payload = search.find("payload", wanted.payload(), "payload");
        int timestamp = wanted.timestamp() == null ? -1 : search.find("timestamp", wanted.timestamp());
        if (!search.missing.isEmpty()) {
            String missing = search.missing.entrySet().stream()
                    .map(column -> "%s (%s)".formatted(column.getKey(), column.getValue()))
                    .collect(Collectors.joining(", "));
            throw new OutboxException(
                    "The outbox %s of %s lacks columns for %s; its columns are %s"
                            .formatted(table, key, missing, columns.names()),
                    remedy(key, search.missing.keySet()));
        }
        Set<Integer> known = new HashSet<>(List.of(id, aggregateType, aggregateId, type, payload, timestamp));
        List<Integer> others = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            if (!known.contains(i)) {
                others.add(i);
            }
        }
        return new OutboxLayout(columns, id, aggregateType, aggregateId, type, payload, timestamp, List.copyOf(others));
    }

    private static String remedy(String key, Set<String> missing) {
        StringBuilder yaml =
                new StringBuilder("Say which columns they are, or correct the tables of the listener:\n\n");
        String indentation = "";
        for (String part : StringUtils.delimitedListToStringArray(key + ".outbox.columns", ".")) {
            yaml.append(indentation).append(part).append(":\n");
            indentation += "  ";
        }
        for (String setting : missing) {
            yaml.append(indentation).append(setting).append(": ...\n");
        }
        return yaml.toString();
    }
}
