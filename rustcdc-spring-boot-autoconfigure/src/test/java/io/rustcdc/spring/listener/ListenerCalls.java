package io.rustcdc.spring.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.rustcdc.delivery.Acknowledgment;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import io.rustcdc.spring.CdcConfigurationException;
import io.rustcdc.spring.mapping.RowMappers;
import io.rustcdc.spring.outbox.OutboxColumns;
import io.rustcdc.spring.outbox.OutboxTable;
import io.rustcdc.spring.outbox.Outboxes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.test.context.support.TestPropertySourceUtils;
import tools.jackson.databind.json.JsonMapper;

/** Defines a listener as the only bean of a context, calls it, and remembers what it was called with. */
final class ListenerCalls {

    static final Acknowledgment NONE = () -> {};

    /** What the listener under test was called with. */
    static final List<Object> calls = new ArrayList<>();

    private ListenerCalls() {}

    static ThrowableAssertAlternative<CdcConfigurationException> assertRefused(Object listener, String... messages) {
        return assertThatExceptionOfType(CdcConfigurationException.class)
                .isThrownBy(() -> define(listener))
                .satisfies(e -> assertThat(e.getMessage()).contains(messages));
    }

    static void call(Object listener, ChangeEvent<Row> event) throws Exception {
        define(listener).handler().handle(event, NONE);
    }

    static ListenerDefinition define(Object listener, String... properties) {
        return define(listener, List.of(), properties);
    }

    static ListenerDefinition define(Object listener, List<ListenerDecorator> decorators, String... properties) {
        calls.clear();
        try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
            TestPropertySourceUtils.addInlinedPropertiesToEnvironment(context, properties);
            context.getBeanFactory().registerSingleton("listener", listener);
            context.refresh();
            return scan(context, decorators).get(0);
        }
    }

    static List<ListenerDefinition> scan(AnnotationConfigApplicationContext context) {
        return scan(context, List.of());
    }

    private static List<ListenerDefinition> scan(
            AnnotationConfigApplicationContext context, List<ListenerDecorator> decorators) {
        calls.clear();
        RowMappers mappers = new RowMappers(ApplicationConversionService.getSharedInstance());
        Outboxes outboxes = new Outboxes(
                JsonMapper.shared(),
                (source, listener) -> new OutboxTable("rustcdc.postgres.shop", "outbox", OutboxColumns.usual()));
        return new ListenerScanner(context.getBeanFactory(), mappers, outboxes, decorators).scan();
    }

    static boolean record(Object... values) {
        return calls.addAll(Arrays.asList(values));
    }
}
