package io.rustcdc.source.postgres;

import io.rustcdc.event.EventSource;
import io.rustcdc.event.TableId;
import io.rustcdc.schema.AcknowledgedSchema;
import io.rustcdc.source.TableFilter;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** One connection's assembler with a sink, for tests that feed it messages by hand. */
final class Assembly {

    static final SlotId SLOT = new SlotId("shop_cdc", "7301234567890123456", 1);
    static final EventSource SOURCE = new EventSource("shop", "postgres");
    static final Instant TIME = Instant.parse("2024-05-06T07:08:09.123456Z");
    static final int ORDERS = 16385;
    static final int NOISE = 16400;

    final RecordingSink sink = new RecordingSink();
    final ChangeAssembler assembler;

    Assembly(PostgresOffset start, Map<TableId, AcknowledgedSchema> schemas, TableFilter filter) {
        TableKeys keys = new TableKeys(new ScriptedCatalog("id"), new KeylessTables());
        Relations relations = new Relations(filter, keys, new ColumnTypes(type -> List.of()), schemas);
        this.assembler = new ChangeAssembler(SOURCE, start, schemas, relations);
    }

    static Assembly fresh() {
        return new Assembly(PostgresOffset.at(SLOT, 10), Map.of(), TableFilter.all());
    }

    static Assembly filtered(String... include) {
        return new Assembly(PostgresOffset.at(SLOT, 10), Map.of(), TableFilter.of(include));
    }

    /** Two tables, each with {@code id int8} and {@code note text}. */
    Assembly tables() {
        return message(PgOutputWriter.relation(ORDERS, "public", "orders", 'd', "*id 20", "note 25"), 0)
                .message(PgOutputWriter.relation(NOISE, "public", "noise", 'd', "*id 20", "note 25"), 0);
    }

    Assembly begin(long finalLsn) {
        return message(PgOutputWriter.begin(finalLsn, TIME, 771), 1);
    }

    Assembly insert(int relation, long lsn) {
        return message(PgOutputWriter.insert(relation, String.valueOf(lsn), "note"), lsn);
    }

    Assembly commit(long commitLsn, long endLsn) {
        return message(PgOutputWriter.commit(commitLsn, endLsn, TIME), endLsn);
    }

    Assembly message(ByteBuffer message, long lsn) {
        assembler.accept(message, lsn, sink);
        return this;
    }
}
