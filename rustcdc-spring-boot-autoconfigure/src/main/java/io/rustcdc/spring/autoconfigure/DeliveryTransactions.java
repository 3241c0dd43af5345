package io.rustcdc.spring.autoconfigure;

import io.rustcdc.checkpoint.CheckpointStore;
import io.rustcdc.delivery.DeliveryTransaction;
import io.rustcdc.spring.CdcConfigurationException;

/** Makes the transactions in which the changes of a source are delivered. */
@FunctionalInterface
interface DeliveryTransactions {

    /** Where the application has no transactions. */
    DeliveryTransactions NONE = (source, store) -> {
        throw new CdcConfigurationException(
                "%s.delivery.transactional is true, but Spring's JDBC transactions are not on the class path"
                        .formatted(source.key()),
                "Add the dependency org.springframework.boot:spring-boot-starter-jdbc (or -data-jpa), or remove the setting.");
    };

    /**
     * @param store of the source
     * @throws CdcConfigurationException if store and transactions do not fit together
     */
    DeliveryTransaction of(ConfiguredSource source, CheckpointStore store);
}
