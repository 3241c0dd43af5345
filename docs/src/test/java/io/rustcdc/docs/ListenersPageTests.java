package io.rustcdc.docs;

import static io.rustcdc.test.ChangeEvents.delete;
import static io.rustcdc.test.ChangeEvents.insert;
import static io.rustcdc.test.ChangeEvents.read;
import static io.rustcdc.test.ChangeEvents.update;
import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.event.Row;
import io.rustcdc.spring.metrics.CdcListenerObservation;
import io.rustcdc.test.CdcTester;
import io.rustcdc.test.Rows;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That every listener on docs/listeners.md is called, with the real engine, and gets what it asks for. */
class ListenersPageTests {

    private static final Page PAGE = Page.named("docs/listeners.md");

    @Test
    void everyListenerIsCalled(@TempDir Path folder) throws Exception {
        PageListeners.requireCalled(PAGE, folder, ListenersPageTests::emit, 15);
    }

    @Test
    void namesTheKeysOfObservations() {
        assertThat(PAGE.prose().stream()
                        .dropWhile(line -> !line.equals("<!-- observation keys -->"))
                        .dropWhile(line -> !line.startsWith("|"))
                        .skip(2)
                        .takeWhile(line -> line.startsWith("|"))
                        .flatMap(line -> Pattern.compile("`(\\w+)`")
                                .matcher(line.split("\\|", -1)[1])
                                .results())
                        .map(name -> name.group(1)))
                .containsExactlyElementsOf(Arrays.stream(CdcListenerObservation.Keys.values())
                        .map(CdcListenerObservation.Keys::asString)
                        .toList());
    }

    /** Every operation on every table that the page names. */
    private static void emit(CdcTester cdc) {
        Row order = Rows.key("id", 1L).column("status", "NEW").row();
        Row paid = Rows.key("id", 1L).column("status", "PAID").row();
        Row article = Rows.key("id", 1L).column("body", "text").row();
        Row customer = Rows.key("id", 1L)
                .column("address", "{\"street\": \"Main\", \"city\": \"Rome\"}")
                .column("tags", "[\"new\"]")
                .row();
        cdc.emit(
                read("public.orders", order),
                insert("public.orders", order),
                update("public.orders", order, paid),
                delete("public.orders", paid),
                update("public.articles", article),
                insert("public.customers", customer));
    }
}
