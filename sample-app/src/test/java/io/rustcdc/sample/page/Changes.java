package io.rustcdc.sample.page;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Columns;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.Offset;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.event.TableId;
import io.rustcdc.event.Transaction;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Changes that no database made. */
final class Changes {

    private static final Columns COLUMNS = Columns.of(List.of("id", "name"), List.of("id"));

    private Changes() {}

    static ChangeEvent<Row> insert(int id, String name) {
        return ChangeEvent.of(new EventSource("shop", "postgres"), Operation.INSERT, TableId.parse("public.customers"))
                .after(Row.of(COLUMNS, Map.of("id", id, "name", name)))
                .offset(new Position(id))
                .commitTime(Instant.now())
                .transaction(new Transaction(7, 0, true))
                .build();
    }

    private record Position(long number) implements Offset {

        @Override
        public String text() {
            return "0/" + Long.toHexString(number);
        }

        @Override
        public Map<String, Object> fields() {
            return Map.of("lsn", number);
        }

        @Override
        public boolean isBefore(Offset other) {
            return other instanceof Position position && number < position.number;
        }
    }
}
