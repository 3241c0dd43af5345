package io.rustcdc.spring.autoconfigure;

import io.rustcdc.delivery.FailurePolicy;
import io.rustcdc.delivery.Subscription;
import io.rustcdc.spring.event.RowChangedPublisher;
import io.rustcdc.spring.event.SynchronousEvents;
import io.rustcdc.spring.event.TableTypes;
import io.rustcdc.spring.mapping.RowMappers;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.AutoConfigurationPackages;
import org.springframework.context.ConfigurableApplicationContext;

/** The changes as application events, if they are enabled. Prepared when all singletons exist. */
final class RowEvents {

    /** The listener's name in logs and failures. */
    private static final String ID = "application-events";

    private final boolean enabled;
    private final ConfigurableApplicationContext context;
    private final RowMappers mappers;
    private @Nullable TableTypes types;

    RowEvents(boolean enabled, ConfigurableApplicationContext context, RowMappers mappers) {
        this.enabled = enabled;
        this.context = context;
        this.mappers = mappers;
    }

    boolean isEnabled() {
        return enabled;
    }

    /** @param inTransactions whether the changes of all sources are delivered in transactions */
    void prepare(boolean inTransactions) {
        if (enabled) {
            new SynchronousEvents(context, inTransactions).require();
            List<String> packages =
                    AutoConfigurationPackages.has(context) ? AutoConfigurationPackages.get(context) : List.of();
            types = TableTypes.scan(packages, context.getEnvironment(), context);
        }
    }

    /** The tables that have a type of the application. */
    List<String> tables() {
        return types == null ? List.of() : types.tables();
    }

    void addTo(List<Subscription> subscriptions, FailurePolicy policy) {
        if (types != null) {
            subscriptions.add(Subscription.of(ID, new RowChangedPublisher(context, types, mappers))
                    .withPolicy(policy));
        }
    }
}
