package io.rustcdc.test.shop;

import io.rustcdc.spring.OutboxEvent;
import io.rustcdc.spring.OutboxListener;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Not found by scanning, so that only the test of outboxes has it. */
class OrderEvents {

    record Placed(long total) {}

    final List<OutboxEvent<Placed>> placed = new CopyOnWriteArrayList<>();
    final List<String> texts = new CopyOnWriteArrayList<>();

    @OutboxListener(tables = "public.outbox", eventTypes = "Placed")
    void onPlaced(OutboxEvent<Placed> event) {
        placed.add(event);
    }

    @OutboxListener(tables = "public.outbox", eventTypes = "Noted", concurrency = "4")
    void onNoted(String text) {
        texts.add(text);
    }
}
