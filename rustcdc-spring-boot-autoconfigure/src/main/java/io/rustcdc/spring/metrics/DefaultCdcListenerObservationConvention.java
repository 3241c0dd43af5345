package io.rustcdc.spring.metrics;

import io.micrometer.common.KeyValues;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.EventSource;
import io.rustcdc.spring.metrics.CdcListenerObservation.Keys;

/** The observation {@code cdc.listener} with the keys of {@link Keys}. */
public class DefaultCdcListenerObservationConvention implements CdcListenerObservationConvention {

    @Override
    public String getName() {
        return "cdc.listener";
    }

    @Override
    public String getContextualName(CdcListenerObservationContext context) {
        return (context.isBatch() ? "batch" : table(context)) + " process";
    }

    @Override
    public KeyValues getLowCardinalityKeyValues(CdcListenerObservationContext context) {
        EventSource source = context.changes().get(0).source();
        return KeyValues.of(
                Keys.SOURCE.withValue(source.name()),
                Keys.SOURCE_TYPE.withValue(source.type()),
                Keys.LISTENER.withValue(context.listener()),
                Keys.TABLE.withValue(table(context)),
                Keys.OPERATION.withValue(operation(context)));
    }

    private static String table(CdcListenerObservationContext context) {
        ChangeEvent<?> first = context.changes().get(0);
        return context.isBatch() ? "none" : first.table().qualifiedName();
    }

    private static String operation(CdcListenerObservationContext context) {
        ChangeEvent<?> first = context.changes().get(0);
        return context.isBatch() ? "batch" : first.operation().code();
    }
}
