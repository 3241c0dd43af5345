package io.rustcdc.source.mysql;

import io.rustcdc.event.EventSource;
import io.rustcdc.source.OffsetFormat;
import io.rustcdc.source.SourceConnector;
import io.rustcdc.source.SourceStream;
import io.rustcdc.source.StreamRequest;
import java.time.Duration;

/** Placeholder, dropped at the merge. */
public final class MySqlConnector implements SourceConnector {

    private final MySqlOptions options;

    public MySqlConnector(MySqlOptions options) {
        this.options = options;
    }

    @Override
    public EventSource source() {
        return new EventSource(options.sourceName(), options.flavor().type());
    }

    @Override
    public OffsetFormat offsets() {
        throw new UnsupportedOperationException();
    }

    @Override
    public SourceStream open(StreamRequest request) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Duration inUsePatience() {
        return Duration.ofSeconds(10);
    }
}
