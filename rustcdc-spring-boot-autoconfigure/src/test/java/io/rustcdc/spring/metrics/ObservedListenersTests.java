package io.rustcdc.spring.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import io.rustcdc.spring.app.Changes;
import io.rustcdc.spring.listener.ListenerCall;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ObservedListenersTests {

    private final List<Observation.Context> observed = new ArrayList<>();
    private final ObservationRegistry registry = ObservationRegistry.create();

    ObservedListenersTests() {
        registry.observationConfig().observationHandler(new ObservationHandler<>() {
            @Override
            public void onStop(Observation.Context context) {
                observed.add(context);
            }

            @Override
            public boolean supportsContext(Observation.Context context) {
                return true;
            }
        });
    }

    @Test
    void eachCallHasTheDocumentedNameAndKeys() throws Exception {
        call(false, (events, acknowledgment) -> {}).run(List.of(Changes.insert(1, "a")), () -> {});
        assertThat(observed.get(0).getName()).isEqualTo("cdc.listener");
        assertThat(observed.get(0).getContextualName()).isEqualTo("public.items process");
        assertThat(observed.get(0).getLowCardinalityKeyValues())
                .containsExactlyInAnyOrder(
                        KeyValue.of("source", "shop"),
                        KeyValue.of("source_type", "postgres"),
                        KeyValue.of("listener", "orders"),
                        KeyValue.of("table", "public.items"),
                        KeyValue.of("operation", "insert"));
    }

    @Test
    void aBatchHasTheSameKeys() throws Exception {
        List<ChangeEvent<Row>> batch = List.of(Changes.insert(1, "a"), Changes.keyDelete(2));
        call(true, (events, acknowledgment) -> {}).run(batch, () -> {});
        assertThat(observed.get(0).getLowCardinalityKeyValues())
                .extracting(KeyValue::getKey)
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(CdcListenerObservation.Keys.values())
                        .map(CdcListenerObservation.Keys::asString)
                        .toList());
        assertThat(observed.get(0).getLowCardinalityKeyValue("operation").getValue())
                .isEqualTo("batch");
        assertThat(observed.get(0).getLowCardinalityKeyValue("table").getValue())
                .isEqualTo("none");
    }

    @Test
    void aFailureIsObservedAndComesOutAsItIs() {
        ListenerCall failing = call(false, (events, acknowledgment) -> {
            throw new IllegalStateException("no");
        });
        assertThatIllegalStateException()
                .isThrownBy(() -> failing.run(List.of(Changes.insert(1, "a")), () -> {}))
                .withMessage("no");
        assertThat(observed.get(0).getError()).hasMessage("no");
    }

    @Test
    void aConventionOfTheApplicationReplacesTheNames() throws Exception {
        CdcListenerObservationConvention own = new DefaultCdcListenerObservationConvention() {
            @Override
            public String getName() {
                return "own.name";
            }
        };
        new ObservedListeners(registry, own)
                .decorate("orders", false, (events, acknowledgment) -> {})
                .run(List.of(Changes.insert(1, "a")), () -> {});
        assertThat(observed.get(0).getName()).isEqualTo("own.name");
    }

    @Test
    void whereNobodyObservesNothingIsAround() {
        ListenerCall call = (events, acknowledgment) -> {};
        assertThat(new ObservedListeners(ObservationRegistry.NOOP, null).decorate("orders", false, call))
                .isSameAs(call);
    }

    private ListenerCall call(boolean batch, ListenerCall call) {
        return new ObservedListeners(registry, null).decorate("orders", batch, call);
    }
}
