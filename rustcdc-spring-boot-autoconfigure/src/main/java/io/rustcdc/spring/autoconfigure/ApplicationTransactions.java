package io.rustcdc.spring.autoconfigure;

import io.rustcdc.checkpoint.CheckpointStore;
import io.rustcdc.checkpoint.TransactionalCheckpointStore;
import io.rustcdc.delivery.DeliveryTransaction;
import io.rustcdc.spring.CdcConfigurationException;
import io.rustcdc.spring.transaction.ApplicationTransaction;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeanWrapper;
import org.springframework.beans.BeanWrapperImpl;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.transaction.PlatformTransactionManager;

/** Finds the transaction manager of the application that runs on the data source of the checkpoints. */
final class ApplicationTransactions implements DeliveryTransactions {

    private final ListableBeanFactory beanFactory;

    ApplicationTransactions(ListableBeanFactory beanFactory) {
        this.beanFactory = beanFactory;
    }

    @Override
    public DeliveryTransaction of(ConfiguredSource source, CheckpointStore store) {
        if (!(store instanceof TransactionalCheckpointStore transactional)) {
            throw new CdcConfigurationException(
                    "%s.delivery.transactional is true, but the checkpoint is kept in '%s': what listeners write to a database and that cannot be one transaction"
                            .formatted(source.key(), store.location()),
                    """
                    Keep the checkpoints in the application's database:

                    rustcdc:
                      checkpoint:
                        store: jdbc
                    """);
        }
        DataSource dataSource = transactional.dataSource();
        Map<String, PlatformTransactionManager> managers = beanFactory.getBeansOfType(PlatformTransactionManager.class);
        Map<String, PlatformTransactionManager> fitting = new LinkedHashMap<>();
        managers.forEach((name, manager) -> {
            if (Objects.equals(unwrapped(dataSourceOf(manager)), unwrapped(dataSource))) {
                fitting.put(name, manager);
            }
        });
        if (fitting.isEmpty()) {
            throw none(source, dataSource, managers);
        }
        return new ApplicationTransaction(
                fitting.values().iterator().next(), Objects.requireNonNull(unwrapped(dataSource)), source.name());
    }

    /** Those of JDBC, of JPA and of Hibernate have it, each in a class of its own. */
    private static @Nullable DataSource dataSourceOf(PlatformTransactionManager manager) {
        BeanWrapper bean = new BeanWrapperImpl(manager);
        return bean.isReadableProperty("dataSource") && bean.getPropertyValue("dataSource") instanceof DataSource found
                ? found
                : null;
    }

    private static @Nullable DataSource unwrapped(@Nullable DataSource dataSource) {
        return dataSource instanceof TransactionAwareDataSourceProxy proxy ? proxy.getTargetDataSource() : dataSource;
    }

    private CdcConfigurationException none(
            ConfiguredSource source, DataSource dataSource, Map<String, PlatformTransactionManager> managers) {
        return new CdcConfigurationException(
                "%s.delivery.transactional is true, but %s runs on the data source of the checkpoints ('%s')"
                        .formatted(
                                source.key(),
                                managers.isEmpty()
                                        ? "there is no transaction manager, so none"
                                        : "none of the transaction managers " + managers.keySet(),
                                name(dataSource)),
                "Listeners and checkpoints must use one database and one DataSource bean. Name that of the listeners' transaction manager with rustcdc.checkpoint.jdbc.data-source, or define a transaction manager for '%s'; or remove the setting."
                        .formatted(name(dataSource)));
    }

    private String name(DataSource dataSource) {
        return beanFactory.getBeansOfType(DataSource.class).entrySet().stream()
                .filter(bean -> Objects.equals(unwrapped(bean.getValue()), unwrapped(dataSource)))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse("not a bean");
    }
}
