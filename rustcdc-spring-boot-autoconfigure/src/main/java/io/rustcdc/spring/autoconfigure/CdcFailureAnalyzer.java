package io.rustcdc.spring.autoconfigure;

import io.rustcdc.event.CdcException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Our failures say themselves what was found and what to do. */
final class CdcFailureAnalyzer extends AbstractFailureAnalyzer<CdcException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, CdcException cause) {
        return new FailureAnalysis(cause.description(), cause.action(), cause);
    }
}
