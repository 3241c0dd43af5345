package io.rustcdc.runtime;

import io.rustcdc.checkpoint.CheckpointStore;
import io.rustcdc.delivery.Subscription;
import io.rustcdc.event.EventSource;
import io.rustcdc.observe.EngineObserver;
import io.rustcdc.observe.EngineStatus;
import io.rustcdc.source.SourceConnector;
import java.util.List;

@SuppressWarnings({"DoNotCallSuggester", "unused"})
public final class SourceRunner {
    public SourceRunner(
            SourceConnector connector,
            CheckpointStore store,
            List<Subscription> subscriptions,
            EngineOptions options,
            EngineObserver observer) {}

    public EventSource source() {
        throw new UnsupportedOperationException();
    }

    public void start() {
        throw new UnsupportedOperationException();
    }

    public void stop() {}

    public void pause() {}

    public void resume() {}

    public EngineStatus status() {
        throw new UnsupportedOperationException();
    }
}
