package io.rustcdc.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.source.TableFilter;
import io.rustcdc.transform.ColumnTransform;
import io.rustcdc.transform.Mask;
import io.rustcdc.transform.Transform;
import io.rustcdc.transform.Transforms;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Transforms on the way to a listener, with what is saved behind them. */
class TransformedDeliveryTests extends RunnerFixture {

    private void use(Transform transform) {
        transforms = Transforms.builder().add("mine", transform).build();
    }

    @Test
    @DisplayName("A filtered change is acknowledged: the position behind it is saved, and counted")
    void filteredChangesAreAcknowledged() {
        use(event -> id(event) % 2 == 0 ? event : null);
        recording(options()).start();
        log.commit(5);
        awaitSaved(log.end());
        assertThat(delivered).containsExactly(2, 4);
        await().until(() -> runner.status().committedCount() == 5);
    }

    @Test
    @DisplayName(
            "RT-R2 a failing transform stops the source at its change; what was before is saved, nothing is passed over")
    void aFailureHalts() {
        AtomicBoolean broken = new AtomicBoolean(true);
        use(event -> {
            if (id(event) == 3 && broken.get()) {
                throw new IllegalStateException();
            }
            return event;
        });
        log.commit(5);
        recording(options()).start();
        awaitFailed();
        assertThat(delivered).containsExactly(1, 2);
        assertThat(failures)
                .singleElement()
                .satisfies(failure ->
                        assertThat(failure.getMessage()).contains("Transform 'mine' failed", "public.orders"));
        broken.set(false);
        runner.start();
        awaitSaved(log.end());
        assertThat(delivered).containsExactly(1, 2, 3, 4, 5);
    }

    @Test
    void skippedChangesAreAcknowledged() {
        List<String> kept = new CopyOnWriteArrayList<>();
        transforms = Transforms.builder()
                .add("mine", event -> {
                    if (id(event) == 2) {
                        throw new IllegalStateException();
                    }
                    return event;
                })
                .skipFailed((source, event, transform, cause) -> kept.add(transform + " " + id(event)))
                .build();
        log.commit(3);
        recording(options()).start();
        awaitSaved(log.end());
        assertThat(delivered).containsExactly(1, 3);
        assertThat(kept).containsExactly("mine 2");
    }

    @Test
    @DisplayName(
            "TF-10 a rule that matches nothing is a warning of the source as long as it runs, and keeps nothing up")
    void unmatchedRulesAreWarnings() {
        transforms = Transforms.builder()
                .add("typo", ColumnTransform.mask(TableFilter.of("public.orders"), List.of("crad"), Mask.text("*")))
                .build();
        recording(options()).start();
        assertThat(runner.status().warnings()).isEmpty();
        log.commit(2);
        awaitSaved(log.end());
        assertThat(runner.status().warnings()).singleElement().satisfies(warning -> {
            assertThat(warning.code()).isEqualTo("transform_unmatched");
            assertThat(warning.text()).contains("'public.orders:crad'", "'typo'");
        });
        assertThat(delivered).containsExactly(1, 2);
        runner.stop();
        assertThat(runner.status().warnings()).isEmpty();
        runner.start();
        assertThat(runner.status().warnings()).isEmpty();
    }
}
