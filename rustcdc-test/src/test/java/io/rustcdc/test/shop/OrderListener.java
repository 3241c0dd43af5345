package io.rustcdc.test.shop;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.spring.CdcListener;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.stereotype.Component;

@Component
public class OrderListener {

    record Order(long id, String status) {}

    final List<String> orders = new CopyOnWriteArrayList<>();
    final List<Integer> batches = new CopyOnWriteArrayList<>();
    volatile CompletableFuture<Void> mails = CompletableFuture.completedFuture(null);
    volatile boolean broken;

    @CdcListener(tables = "public.orders")
    void onOrder(ChangeEvent<Order> change) {
        Order order = change.after();
        if (broken && order != null && order.status().equals("BAD")) {
            throw new IllegalStateException("a bad order");
        }
        orders.add(
                change.operation().code() + " " + (order == null ? change.key().values() : order.status()));
    }

    @CdcListener(tables = "public.lines")
    void onLines(List<ChangeEvent<Row>> changes) {
        batches.add(changes.size());
    }

    @CdcListener(tables = "public.mails", operations = Operation.INSERT)
    CompletableFuture<Void> onMail(Row mail) {
        return mails;
    }
}
