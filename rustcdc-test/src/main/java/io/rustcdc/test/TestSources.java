package io.rustcdc.test;

import io.rustcdc.event.CdcException;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.Offset;
import io.rustcdc.observe.EngineObserver;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The sources of a context by their names. Thread-safe. */
final class TestSources {

    private final Map<String, TestSource> byName = new ConcurrentHashMap<>();

    TestSource of(EventSource source) {
        return byName.computeIfAbsent(source.name(), name -> new TestSource(source));
    }

    @Nullable
    TestSource find(String name) {
        return byName.get(name);
    }

    EngineObserver observer() {
        return new EngineObserver() {
            @Override
            public void checkpointSaved(EventSource source, Offset offset, long committedCount) {
                of(source).progress().saved(offset);
            }

            @Override
            public void deliveryFailed(
                    EventSource source, String listener, Offset offset, int attempt, Throwable failure) {
                of(source).progress().callFailed(new FailedCall(listener, attempt, failure));
            }

            @Override
            public void failed(EventSource source, CdcException failure) {
                of(source).progress().failed(failure);
            }
        };
    }
}
