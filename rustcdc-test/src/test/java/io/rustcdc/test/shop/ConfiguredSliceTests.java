package io.rustcdc.test.shop;

import static io.rustcdc.test.ChangeEvents.insert;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.rustcdc.event.Row;
import io.rustcdc.test.CdcTest;
import io.rustcdc.test.CdcTester;
import io.rustcdc.test.Rows;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;

/** A slice of an application whose configuration names sources, with secrets that a test does not have. */
@CdcTest(
        properties = {
            "rustcdc.postgres.shop.host=${NOBODY_HAS_SET_THIS}",
            "rustcdc.postgres.shop.password=${NOR_THIS}",
            "rustcdc.mysql.other.tables=shop.orders",
            "rustcdc.events.enabled=true",
            "rustcdc.checkpoint.store=jdbc",
            "rustcdc.defaults.delivery.transactional=true"
        },
        listeners = NamedListener.class)
class ConfiguredSliceTests {

    @Autowired
    CdcTester cdc;

    @Autowired
    NamedListener listener;

    @Test
    void sourcesAreThoseOfTheConfiguration() {
        cdc.source("shop").emit(insert("public.orders", order())).awaitAcknowledged();
        cdc.source("other").emit(insert("shop.orders", order())).awaitAcknowledged();
        assertThat(listener.calls).containsExactly(1L);
    }

    @Test
    void oneOfSeveralHasToBeNamed() {
        assertThatIllegalStateException()
                .isThrownBy(() -> cdc.emit(insert("public.orders", order())))
                .withMessageContaining("There are 2 sources: shop, other");
    }

    @Test
    void onlyTheWantedListenersAreThere(@Autowired ObjectProvider<OrderListener> others) {
        assertThat(others.getIfAvailable()).isNull();
    }

    private static Row order() {
        return Rows.key("id", 1L).column("status", "NEW").row();
    }
}
