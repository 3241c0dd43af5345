package io.rustcdc.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.core.io.support.SpringFactoriesLoader;

/** What a person reads when the context fails: the first analysis of all registered analyzers. */
public final class Refusal {

    private final FailureAnalysis analysis;

    private Refusal(FailureAnalysis analysis) {
        this.analysis = analysis;
    }

    public static Refusal of(AssertableApplicationContext context) {
        assertThat(context).hasFailed();
        return of(context.getStartupFailure());
    }

    public static Refusal of(Throwable failure) {
        List<FailureAnalyzer> analyzers = SpringFactoriesLoader.forDefaultResourceLocation(
                        Refusal.class.getClassLoader())
                .load(
                        FailureAnalyzer.class,
                        SpringFactoriesLoader.FailureHandler.logging(
                                org.apache.commons.logging.LogFactory.getLog(Refusal.class)));
        for (FailureAnalyzer analyzer : analyzers) {
            FailureAnalysis analysis = analyzer.analyze(failure);
            if (analysis != null) {
                return new Refusal(analysis);
            }
        }
        throw new AssertionError("No analyzer knows the failure", failure);
    }

    public Refusal says(String... texts) {
        assertThat(analysis.getDescription()).contains(texts);
        return this;
    }

    public Refusal advises(String... texts) {
        assertThat(analysis.getAction()).contains(texts);
        return this;
    }

    public Refusal hides(String secret) {
        assertThat(analysis.getDescription() + analysis.getAction()).doesNotContain(secret);
        return this;
    }
}
