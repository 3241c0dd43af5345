package io.rustcdc.spring.transaction;

import java.util.List;

/** By the transaction manager that Boot defines for JDBC. */
class JdbcTransactionalDeliveryTests extends TransactionalDeliveryContract {

    @Override
    List<Class<?>> configuration() {
        return List.of();
    }
}
