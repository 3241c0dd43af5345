package io.rustcdc.test.shop;

import java.sql.Connection;
import org.springframework.stereotype.Component;

/** What a slice must not bring: it needs what only the real application has. */
@Component
class Unrelated {

    Unrelated(Connection connection) {
        throw new AssertionError("is not part of the slice: " + connection);
    }
}
