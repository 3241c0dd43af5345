package io.rustcdc.spring;

import io.rustcdc.event.Operation;
import java.util.List;
import java.util.Set;

/**
 * The listeners of the application. They exist from the moment on when all singletons are created. To start, stop, pause or
 * resume one, ask {@link CdcEngines} for the engine of its source: listeners of one source share its position, so none of them
 * can go on without the others. Thread-safe.
 */
public interface CdcListenerRegistry {

    /**
     * All listeners, in the order in which they are called.
     *
     * @throws IllegalStateException before all singletons of the application context are created
     */
    List<Listener> listeners();

    /**
     * The listener of this id.
     *
     * @throws IllegalArgumentException if there is none
     * @throws IllegalStateException before all singletons of the application context are created
     */
    Listener listener(String id);

    /**
     * One annotated method.
     *
     * @param method its class, name and parameter types
     * @param source the name of the source
     * @param tables globs; empty for every captured table
     * @param columns of which one must have changed; empty for every update
     * @param batch whether it takes a List
     * @param manual whether it acknowledges otherwise than by returning
     * @param concurrency how many changes it handles at a time
     * @param autoStartup whether its source may start with the application
     */
    record Listener(
            String id,
            String method,
            String source,
            List<String> tables,
            Set<Operation> operations,
            List<String> columns,
            boolean batch,
            boolean manual,
            int concurrency,
            boolean autoStartup) {

        public Listener {
            tables = List.copyOf(tables);
            operations = Set.copyOf(operations);
            columns = List.copyOf(columns);
        }
    }
}
