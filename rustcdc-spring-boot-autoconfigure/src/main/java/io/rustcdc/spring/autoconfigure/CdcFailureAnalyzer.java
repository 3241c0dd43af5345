package io.rustcdc.spring.autoconfigure;

import io.rustcdc.event.CdcException;
import io.rustcdc.source.SourceException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Our failures say themselves what was found and what to do. */
final class CdcFailureAnalyzer extends AbstractFailureAnalyzer<CdcException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, CdcException cause) {
        return new FailureAnalysis(cause.description(), action(cause), cause);
    }

    /** A start ends with the first thing that is amiss; there may be others. */
    private static @Nullable String action(CdcException cause) {
        String action = cause.action();
        return cause instanceof SourceException && action != null
                ? "%s%n%nTo see everything that this application's sources need, start it with --rustcdc.doctor=report"
                        .formatted(action)
                : action;
    }
}
