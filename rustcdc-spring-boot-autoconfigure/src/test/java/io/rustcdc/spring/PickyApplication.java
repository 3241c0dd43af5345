package io.rustcdc.spring;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import io.rustcdc.transform.Transform;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;

/** Has a listener that refuses some rows. */
@SpringBootConfiguration
@EnableAutoConfiguration
class PickyApplication {

    final List<String> handled = new CopyOnWriteArrayList<>();
    final Set<Long> refused = ConcurrentHashMap.newKeySet();
    final Set<Long> broken = ConcurrentHashMap.newKeySet();

    /** Fails for some rows. */
    @Bean
    @ConditionalOnProperty("picky.transform")
    Transform picking() {
        return change -> {
            Row row = change.after() == null ? change.beforeRow() : change.afterRow();
            if (broken.contains(((Number) row.get("id")).longValue())) {
                throw new IllegalStateException("secret");
            }
            return change;
        };
    }

    @CdcListener(id = "picky", tables = "public.orders", onFailure = "${picky.on-failure:park}")
    void on(ChangeEvent<Row> change) {
        Row row = change.after() == null ? change.before() : change.after();
        long id = ((Number) row.get("id")).longValue();
        if (refused.contains(id)) {
            throw new IllegalStateException("secret " + id);
        }
        handled.add(change.operation().code() + " " + id + (row.isPresent("note") ? " " + row.get("note") : ""));
    }
}
