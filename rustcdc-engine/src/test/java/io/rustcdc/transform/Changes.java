package io.rustcdc.transform;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Columns;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.Offset;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.event.TableId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Changes to be transformed. */
final class Changes {

    static final EventSource SOURCE = new EventSource("shop", "log");
    static final TableId ORDERS = new TableId("public", "orders");

    private Changes() {}

    private record Position(String text) implements Offset {

        @Override
        public Map<String, Object> fields() {
            return Map.of("position", text);
        }

        @Override
        public boolean isBefore(Offset other) {
            return false;
        }
    }

    static ChangeEvent<Row> of(Operation operation, @Nullable Row before, @Nullable Row after) {
        return ChangeEvent.of(SOURCE, operation, ORDERS)
                .before(before, false)
                .after(after)
                .offset(new Position("0/1"))
                .commitTime(Instant.EPOCH)
                .build();
    }

    static ChangeEvent<Row> random(Random random) {
        List<String> names = new ArrayList<>();
        for (int i = 1 + random.nextInt(6); i > 0; i--) {
            names.add("c" + i);
        }
        Columns columns = Columns.of(names, names.subList(0, random.nextInt(Math.min(3, names.size() + 1))));
        return switch (random.nextInt(3)) {
            case 0 -> of(Operation.INSERT, null, row(columns, random));
            case 1 -> of(Operation.UPDATE, random.nextBoolean() ? row(columns, random) : null, row(columns, random));
            default -> of(Operation.DELETE, row(columns, random), null);
        };
    }

    private static Row row(Columns columns, Random random) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        for (String name : columns.names()) {
            int kind = random.nextInt(8);
            if (kind > 0) {
                values.put(name, kind == 1 ? null : random.nextLong());
            }
        }
        return Row.of(columns, values);
    }
}
