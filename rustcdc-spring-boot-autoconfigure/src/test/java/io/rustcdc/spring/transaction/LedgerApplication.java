package io.rustcdc.spring.transaction;

import io.rustcdc.checkpoint.jdbc.JdbcCheckpoints;
import io.rustcdc.checkpoint.jdbc.JdbcOptions;
import io.rustcdc.checkpoint.jdbc.JdbcTables;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import io.rustcdc.spring.CdcListener;
import io.rustcdc.spring.CheckpointStoreFactory;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongConsumer;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.JdbcTemplate;

/** Writes down each order in a table that takes everything, also twice. The checkpoints are in the same database. */
@SpringBootConfiguration
@EnableAutoConfiguration
class LedgerApplication {

    /** For what is delivered before a test can reach the listener. */
    static volatile LongConsumer troubleAtStart = id -> {};

    @Bean
    CheckpointStoreFactory stores(DataSource dataSource) throws SQLException {
        JdbcTables.create(dataSource, JdbcOptions.ofDefaults());
        JdbcCheckpoints checkpoints = new JdbcCheckpoints(dataSource, JdbcOptions.ofDefaults());
        return checkpoints::store;
    }

    @Bean
    Ledger ledger(JdbcTemplate jdbc, ObjectProvider<Writer> writer) {
        return new Ledger(
                writer.getIfAvailable(() -> id -> jdbc.update("INSERT INTO ledger (order_id) VALUES (?)", id)));
    }

    /** How an order is written down. */
    interface Writer {

        void write(long id);
    }

    /** The listener. */
    static class Ledger {

        private final Writer writer;
        final List<Long> calls = new CopyOnWriteArrayList<>();
        volatile LongConsumer trouble = troubleAtStart;

        Ledger(Writer writer) {
            this.writer = writer;
        }

        @CdcListener(tables = "public.orders")
        public void on(ChangeEvent<Row> change) {
            long id = ((Number) change.after().get("id")).longValue();
            calls.add(id);
            writer.write(id);
            trouble.accept(id);
        }

        /** How often an order was seen. */
        long calls(long id) {
            return calls.stream().filter(call -> call == id).count();
        }
    }
}
