package io.rustcdc.spring;

import io.rustcdc.checkpoint.jdbc.JdbcCheckpoints;
import io.rustcdc.checkpoint.jdbc.JdbcOptions;
import io.rustcdc.checkpoint.jdbc.JdbcTables;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

class JdbcCheckpointsEndpointTests extends CheckpointsEndpointContract {

    @Override
    Class<?>[] configuration() {
        return new Class<?>[] {Stores.class};
    }

    @Configuration(proxyBeanMethods = false)
    static class Stores {

        @Bean
        JdbcCheckpoints checkpoints(DataSource dataSource) throws SQLException {
            JdbcTables.create(dataSource, JdbcOptions.ofDefaults());
            return new JdbcCheckpoints(dataSource, JdbcOptions.ofDefaults());
        }

        @Bean
        CheckpointStoreFactory stores(JdbcCheckpoints checkpoints) {
            return checkpoints::store;
        }
    }
}
