package io.rustcdc.spring.autoconfigure;

import io.rustcdc.delivery.ChangeHandler;
import io.rustcdc.delivery.FailurePolicy;
import io.rustcdc.delivery.Subscription;
import io.rustcdc.delivery.Subscription.AckMode;
import io.rustcdc.event.Operation;
import io.rustcdc.spring.listener.ListenerDefinition;
import io.rustcdc.spring.outbox.OutboxRemoval;
import io.rustcdc.spring.outbox.OutboxTakers;
import io.rustcdc.spring.outbox.RemovalCounts;
import io.rustcdc.spring.outbox.TransactionalOutboxRemoval;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.springframework.beans.factory.DisposableBean;

/** The removal of outbox rows, for the sources that wish for it. */
final class OutboxRemovals implements DisposableBean {

    private final OutboxDataSources dataSources;
    private final Map<String, RemovalCounts> counts = new LinkedHashMap<>();
    private final List<OutboxRemoval> removals = new ArrayList<>();

    OutboxRemovals(ConfiguredSources sources, OutboxDataSources dataSources) {
        this.dataSources = dataSources;
        for (ConfiguredSource source : sources) {
            if (source.settings().getOutbox().isRemove()) {
                counts.put(source.name(), new RemovalCounts());
            }
        }
    }

    /** By the names of those sources that remove rows. */
    Map<String, RemovalCounts> counts() {
        return counts;
    }

    /**
     * Adds what removes the rows of a source behind its listeners.
     *
     * @throws io.rustcdc.spring.CdcConfigurationException if it is not known by which data source, or a table is not there
     */
    void addTo(List<Subscription> subscriptions, ConfiguredSource source, List<ListenerDefinition> listeners) {
        RemovalCounts counting = counts.get(source.name());
        OutboxTakers takers = new OutboxTakers();
        for (ListenerDefinition listener : listeners) {
            if (listener.outbox() != null) {
                takers.add(listener.subscription(FailurePolicy.stop()), listener.outbox());
            }
        }
        if (counting == null || takers.isEmpty()) {
            return;
        }
        DataSource dataSource = dataSources.of(source);
        for (ListenerDefinition listener : listeners) {
            if (listener.outbox() != null) {
                dataSources.requireTables(source, dataSource, listener.outbox().table(), listener.tables());
            }
        }
        ChangeHandler handler;
        if (source.settings().getDelivery().isTransactional()) {
            handler = new TransactionalOutboxRemoval(takers, dataSource, counting);
        } else {
            OutboxRemoval removal = new OutboxRemoval(source.name(), takers, dataSource, counting);
            removals.add(removal);
            handler = removal;
        }
        subscriptions.add(new Subscription(
                "outbox-removal",
                takers.tables(),
                EnumSet.of(Operation.READ, Operation.INSERT),
                AckMode.AUTO,
                handler));
    }

    @Override
    public void destroy() {
        removals.forEach(OutboxRemoval::close);
    }
}
