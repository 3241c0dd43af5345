package io.rustcdc.spring.app;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.spring.CdcListener;
import io.rustcdc.spring.CdcSourceEvent;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.event.EventListener;

/** Remembers what it was told. */
@SpringBootApplication
public class ShopApplication {

    private final List<Long> orders = new CopyOnWriteArrayList<>();
    private final List<String> events = new CopyOnWriteArrayList<>();

    @CdcListener
    void onOrder(ChangeEvent<Order> change) {
        orders.add(change.after().id());
    }

    @EventListener
    void onSourceEvent(CdcSourceEvent event) {
        events.add(event.getClass().getSimpleName());
    }

    public List<Long> orders() {
        return orders;
    }

    /** The simple names of the source events. */
    public List<String> events() {
        return events;
    }
}
