package io.rustcdc.snapshot;

import static io.rustcdc.snapshot.LoadedTables.keyed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rustcdc.source.KeyRange;
import io.rustcdc.source.SnapshotTable;
import io.rustcdc.source.SourceException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PortionFeedTests {

    private static final SnapshotTable ORDERS = keyed("orders");

    private final CountDownLatch go = new CountDownLatch(1);

    private PortionFeed feed(String name, Throwable failure) {
        LoadedTables tables = new LoadedTables(List.of(ORDERS), new LoadedTables.Faults() {
            @Override
            public void reading(SnapshotTable table, int connection, int id) {
                try {
                    go.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                if (failure instanceof Error error) {
                    throw error;
                }
                throw (RuntimeException) failure;
            }
        });
        return new PortionFeed(name, tables, List.of(new PortionFeed.Task(ORDERS, KeyRange.all(), null, false)), 1, 10);
    }

    @Test
    @DisplayName("A lost connection that left rows unread is told, also if nobody asked since the last worker ended")
    void tellsOfALostConnection() {
        tells("feed-lost", SourceException.transientFailure("the connection is lost", null));
    }

    @Test
    @DisplayName("An error is told, also if nobody asked since the last worker ended")
    void tellsOfAnError() {
        tells("feed-error", new OutOfMemoryError("simulated"));
    }

    private void tells(String name, Throwable failure) {
        try (PortionFeed feed = feed(name, failure)) {
            assertThat(feed.poll()).isNull();
            go.countDown();
            await().until(() -> Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().startsWith("rustcdc-" + name)));
            assertThat(feed.isOver()).isFalse();
            assertThatThrownBy(feed::poll).isSameAs(failure);
        }
    }
}
