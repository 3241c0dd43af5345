package io.rustcdc.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.rustcdc.delivery.LaneOptions;
import io.rustcdc.delivery.Subscription.AckMode;
import io.rustcdc.delivery.Subscription.Conduct;
import io.rustcdc.event.Operation;
import io.rustcdc.source.TableFilter;
import io.rustcdc.spring.CdcConfigurationException;
import io.rustcdc.spring.listener.ListenerDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CapturedTablesTests {

    private final PostgresProperties settings = new PostgresProperties();
    private @Nullable String ownSchema;
    private final List<ListenerDefinition> listeners = new ArrayList<>();

    @Test
    void areThoseOfTheSettings() {
        settings.setTables(List.of("public.*"));
        settings.setExcludeTables(List.of("public.secrets"));
        listenTo("public.orders");

        assertThat(tables()).isEqualTo(new TableFilter(List.of("public.*"), List.of("public.secrets")));
    }

    @Test
    void areThoseOfTheListenersUnlessSet() {
        listenTo("public.orders", "sales.*");
        listenTo("public.orders", "public.lines");

        assertThat(tables().include()).containsExactly("public.orders", "sales.*", "public.lines");
    }

    @Test
    void areAllWhenAListenerWantsAll() {
        listenTo("public.orders");
        listenTo();

        assertThat(tables()).isEqualTo(TableFilter.all());
    }

    @Test
    void areThoseOfTheTypesToo() {
        listenTo("public.orders");

        assertThat(new CapturedTables(source(), listeners, List.of("public.customers"), true)
                        .filter(null)
                        .include())
                .containsExactly("public.customers", "public.orders");
    }

    @Test
    void mustIncludeTheOnesThatListenersName() {
        settings.setExcludeTables(List.of("*.orders"));
        listenTo("public.orders");

        assertThatExceptionOfType(CdcConfigurationException.class)
                .isThrownBy(this::tables)
                .withMessageContaining("'public.orders', which source 'shop' does not capture")
                .withMessageContaining("exclude-tables: *.orders");
    }

    @Test
    void ofNamesWithoutASchemaAreThoseOfTheSourcesOwn() {
        ownSchema = "shop";
        settings.setTables(List.of("orders"));
        listenTo("shop.orders");
        assertThat(tables().include()).containsExactly("orders");

        listenTo("archive.orders");
        assertThatExceptionOfType(CdcConfigurationException.class)
                .isThrownBy(this::tables)
                .withMessageContaining("'archive.orders', which source 'shop' does not capture (tables: shop.orders,");
    }

    @Test
    void areAllOfTheSourcesOwnSchemaWhenAListenerWantsAll() {
        ownSchema = "shop";
        listenTo();
        listenTo("shop.orders");
        assertThat(tables()).isEqualTo(TableFilter.all());

        listenTo("archive.orders");
        assertThatExceptionOfType(CdcConfigurationException.class)
                .isThrownBy(this::tables)
                .withMessageContaining("(tables: shop.*,");
    }

    private TableFilter tables() {
        return new CapturedTables(source(), listeners, List.of(), false).filter(ownSchema);
    }

    private ConfiguredSource source() {
        return ConfiguredSource.of("postgres", "shop", settings);
    }

    private void listenTo(String... tables) {
        listeners.add(new ListenerDefinition(
                "listener" + listeners.size(),
                "Listener.on(ChangeEvent)",
                "",
                List.of(tables),
                Set.of(Operation.INSERT),
                List.of(),
                new Conduct(AckMode.AUTO, LaneOptions.one()),
                null,
                false,
                Integer.MAX_VALUE,
                true,
                false,
                (event, acknowledgment) -> {},
                null));
    }
}
