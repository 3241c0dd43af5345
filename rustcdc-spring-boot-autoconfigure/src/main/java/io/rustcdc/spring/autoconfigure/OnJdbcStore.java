package io.rustcdc.spring.autoconfigure;

import io.rustcdc.spring.CheckpointStoreFactory;
import io.rustcdc.spring.DeadLetterStoreFactory;
import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;

/** Whether anything is to be kept in tables of ours. */
final class OnJdbcStore extends AnyNestedCondition {

    OnJdbcStore() {
        super(ConfigurationPhase.REGISTER_BEAN);
    }

    @ConditionalOnProperty(name = "rustcdc.checkpoint.store", havingValue = "jdbc")
    @ConditionalOnMissingBean(CheckpointStoreFactory.class)
    static final class Checkpoints {}

    @ConditionalOnProperty(name = "rustcdc.dead-letters.store", havingValue = "jdbc")
    @ConditionalOnMissingBean(DeadLetterStoreFactory.class)
    static final class DeadLetters {}
}
