package io.rustcdc.source;

/**
 * Looks at a source from outside of its stream, over a connection of its own: how much log the server keeps, and whether
 * all wanted tables are captured. What it finds or fails at has no effect on an open stream.
 *
 * <p>{@link #inspect} is called by one thread; {@link #close} by any.
 */
public interface SourceInspector extends AutoCloseable {

    /** For a source of which nothing can be seen. */
    SourceInspector BLIND = new SourceInspector() {
        @Override
        public SourceInspection inspect(boolean capturing) {
            return SourceInspection.NOTHING;
        }

        @Override
        public void close() {}
    };

    /**
     * One look. May take as long as a connection and a few short statements may take.
     *
     * @param capturing whether a stream is open; only then are missing tables added to what the server publishes
     * @throws SourceException when there was nothing to see; the next look starts afresh
     */
    SourceInspection inspect(boolean capturing);

    /** Ends a look that is under way, too, as soon as possible. Never throws, may be called twice. */
    @Override
    void close();
}
