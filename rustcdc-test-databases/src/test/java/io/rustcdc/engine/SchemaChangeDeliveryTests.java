package io.rustcdc.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.CdcEngine;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Changes of a table while nobody reads, over stops and starts with a real store. */
class SchemaChangeDeliveryTests extends EngineFixture {

    @Test
    void aChangeWhileStoppedIsDeliveredOnceBetweenTheRowsOfBothShapes() {
        run(() -> insert(1, 1), 1);
        insert(2, 2);
        database.sql("ALTER TABLE orders ADD color text");
        insert(3, 3);

        run(() -> {}, 4);
        run(() -> insert(4, 4), 5);

        assertThat(delivered).containsExactly("1", "2", "schema_change", "3", "4");
    }

    @Test
    @DisplayName("A change that is undone before its table changes again is none")
    void aChangeThatIsUndoneIsNone() {
        run(() -> insert(1, 1), 1);
        database.sql("ALTER TABLE orders ADD color text", "ALTER TABLE orders DROP color");

        run(() -> insert(2, 2), 2);

        assertThat(delivered).containsExactly("1", "2");
    }

    @Test
    @DisplayName("Under FULL a key that is replaced while stopped is delivered as a change of shape, once")
    void aReplacedKeyUnderFullIsDeliveredOnce() {
        database.sql("ALTER TABLE orders REPLICA IDENTITY FULL", "ALTER TABLE orders ALTER note SET NOT NULL");
        run(() -> insert(1, 1), 1);
        database.sql("ALTER TABLE orders DROP CONSTRAINT orders_pkey, ADD PRIMARY KEY (id, note)");

        run(() -> insert(2, 2), 3);
        run(() -> insert(3, 3), 4);

        assertThat(delivered).containsExactly("1", "schema_change", "2", "3");
    }

    private void run(Runnable writes, int deliveredInAll) {
        CdcEngine engine = engine(changesOnly());
        engine.start();
        writes.run();
        awaitDelivered(deliveredInAll);
        awaitSaved(engine);
        engine.stop();
    }
}
