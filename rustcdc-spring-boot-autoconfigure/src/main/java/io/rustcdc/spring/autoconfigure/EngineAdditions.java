package io.rustcdc.spring.autoconfigure;

import io.rustcdc.observe.EngineObserver;
import io.rustcdc.spring.CdcEngineCustomizer;
import java.util.List;

/** What the application's beans add to each engine, in their order. */
record EngineAdditions(
        List<EngineObserver> observers, List<CdcEngineCustomizer> customizers, SourceTransforms transforms) {

    EngineAdditions {
        observers = List.copyOf(observers);
        customizers = List.copyOf(customizers);
    }
}
