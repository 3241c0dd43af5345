package io.rustcdc.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.rustcdc.CdcEngine;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.Row;
import io.rustcdc.observe.EngineState;
import io.rustcdc.spring.CdcEngineCustomizer;
import io.rustcdc.spring.CdcEngines;
import io.rustcdc.spring.CdcListener;
import io.rustcdc.spring.CdcListenerRegistry;
import io.rustcdc.spring.listener.ListenerDecorator;
import io.rustcdc.test.databases.FreePorts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

/** What the annotation and the application's beans say about engines. Without a database: the host is down. */
class ListenerWiringTests {

    @TempDir
    Path directory;

    private ApplicationContextRunner runner;

    @BeforeEach
    void configure() {
        runner = new ApplicationContextRunner()
                .withConfiguration(
                        AutoConfigurations.of(CdcAutoConfiguration.class, CdcObservationAutoConfiguration.class))
                .withPropertyValues(
                        "rustcdc.checkpoint.directory=" + directory,
                        "rustcdc.postgres.shop.host=127.0.0.1",
                        "rustcdc.postgres.shop.port=" + FreePorts.next(),
                        "rustcdc.postgres.shop.database=shop",
                        "rustcdc.postgres.shop.user=cdc",
                        "rustcdc.postgres.shop.password=cdc");
    }

    @Test
    void aSourceWithAListenerThatWaitsIsStartedByTheApplication() {
        runner.withUserConfiguration(Waiting.class, Plain.class).run(context -> {
            CdcEngine engine = context.getBean(CdcEngines.class).get("shop");
            assertThat(engine.status().state()).isEqualTo(EngineState.STOPPED);
            engine.start();
            assertThat(engine.status().state()).isEqualTo(EngineState.RECONNECTING);
        });
    }

    @Test
    void theRegistryShowsWhatTheAnnotationsSay() {
        runner.withUserConfiguration(Waiting.class, Plain.class).run(context -> {
            CdcListenerRegistry registry = context.getBean(CdcListenerRegistry.class);
            assertThat(registry.listeners())
                    .extracting(CdcListenerRegistry.Listener::id)
                    .containsExactly("first", "waiting");
            CdcListenerRegistry.Listener waiting = registry.listener("waiting");
            assertThat(waiting.source()).isEqualTo("shop");
            assertThat(waiting.tables()).containsExactly("public.orders");
            assertThat(waiting.columns()).containsExactly("status");
            assertThat(waiting.autoStartup()).isFalse();
            assertThat(waiting.batch()).isTrue();
            assertThat(waiting.manual()).isFalse();
            assertThat(waiting.concurrency()).isEqualTo(4);
            assertThat(registry.listener("first").concurrency()).isEqualTo(1);
            assertThatIllegalArgumentException().isThrownBy(() -> registry.listener("other"));
        });
    }

    @Test
    void customizersAreAppliedInTheirOrder() {
        runner.withUserConfiguration(Plain.class, Customizers.class)
                .run(context -> assertThat(context.getBean(Customizers.class).applied)
                        .containsExactly("early " + new EventSource("shop", "postgres"), "late"));
    }

    @Test
    void observationsAreMadeIfTheyAreWishedFor() {
        runner.withUserConfiguration(Plain.class)
                .run(context -> assertThat(context).doesNotHaveBean(ListenerDecorator.class));
        runner.withUserConfiguration(Plain.class)
                .withPropertyValues("rustcdc.observations.enabled=true")
                .run(context -> assertThat(context).hasNotFailed().hasSingleBean(ListenerDecorator.class));
    }

    @Configuration(proxyBeanMethods = false)
    static class Waiting {

        @CdcListener(
                id = "waiting",
                tables = "public.orders",
                columns = "status",
                autoStartup = "false",
                concurrency = "4")
        void on(List<ChangeEvent<Row>> events) {}
    }

    @Configuration(proxyBeanMethods = false)
    static class Plain {

        @CdcListener(id = "first", tables = "public.orders", order = 1)
        void on(ChangeEvent<Row> event) {}
    }

    @Configuration(proxyBeanMethods = false)
    static class Customizers {

        final List<String> applied = new ArrayList<>();

        @Bean
        @Order(2)
        CdcEngineCustomizer late() {
            return (source, engine) -> applied.add("late");
        }

        @Bean
        @Order(1)
        CdcEngineCustomizer early() {
            return (source, engine) -> applied.add("early " + source);
        }
    }
}
