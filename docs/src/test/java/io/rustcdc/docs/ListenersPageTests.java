package io.rustcdc.docs;

import static io.rustcdc.test.ChangeEvents.delete;
import static io.rustcdc.test.ChangeEvents.insert;
import static io.rustcdc.test.ChangeEvents.read;
import static io.rustcdc.test.ChangeEvents.update;
import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.event.Row;
import io.rustcdc.spring.CdcListener;
import io.rustcdc.spring.CdcListenerErrorHandler;
import io.rustcdc.spring.CdcListenerRegistry;
import io.rustcdc.spring.CdcListenerRegistry.Listener;
import io.rustcdc.spring.autoconfigure.CdcAutoConfiguration;
import io.rustcdc.spring.listener.ListenerDecorator;
import io.rustcdc.spring.metrics.CdcListenerObservation;
import io.rustcdc.test.CdcTestAutoConfiguration;
import io.rustcdc.test.CdcTester;
import io.rustcdc.test.Rows;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.StringUtils;

/** That every listener on docs/listeners.md is called, with the real engine, and gets what it asks for. */
class ListenersPageTests {

    private static final Page PAGE = Page.named("docs/listeners.md");

    @Test
    void everyListenerIsCalled(@TempDir Path folder) throws Exception {
        assertThat(JavaCompilation.compile(PAGE.blocksIn("java"), folder)).isEmpty();
        try (URLClassLoader classes =
                new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
            List<Class<?>> beans = beans(classes, folder);
            Set<String> returned = new ConcurrentSkipListSet<>();
            ListenerDecorator recording = (id, batch, call) -> (events, acknowledgment) -> {
                call.run(events, acknowledgment);
                returned.add(id);
            };
            ApplicationContextRunner runner = new ApplicationContextRunner()
                    .withConfiguration(
                            AutoConfigurations.of(CdcTestAutoConfiguration.class, CdcAutoConfiguration.class))
                    .withPropertyValues("rustcdc.postgres.shop.database=shop")
                    .withBean(ListenerDecorator.class, () -> recording);
            for (Class<?> bean : beans) {
                runner = register(runner, bean);
            }
            runner.run(context -> {
                assertThat(context).hasNotFailed();
                emit(context.getBean(CdcTester.class)).awaitAcknowledged();
                List<String> listeners = context.getBean(CdcListenerRegistry.class).listeners().stream()
                        .map(Listener::id)
                        .toList();
                assertThat(listeners).hasSizeGreaterThan(14);
                assertThat(returned).containsExactlyInAnyOrderElementsOf(listeners);
            });
        }
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
    private static CdcTester emit(CdcTester cdc) {
        Row order = Rows.key("id", 1L).column("status", "NEW").row();
        Row paid = Rows.key("id", 1L).column("status", "PAID").row();
        Row article = Rows.key("id", 1L).column("body", "text").row();
        Row customer = Rows.key("id", 1L)
                .column("address", "{\"street\": \"Main\", \"city\": \"Rome\"}")
                .column("tags", "[\"new\"]")
                .row();
        return cdc.emit(
                read("public.orders", order),
                insert("public.orders", order),
                update("public.orders", order, paid),
                delete("public.orders", paid),
                update("public.articles", article),
                insert("public.customers", customer));
    }

    private static <T> ApplicationContextRunner register(ApplicationContextRunner runner, Class<T> bean) {
        return runner.withBean(StringUtils.uncapitalize(bean.getSimpleName()), bean);
    }

    private static List<Class<?>> beans(ClassLoader classes, Path folder) throws IOException, ClassNotFoundException {
        List<Class<?>> beans = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".class")).toList()) {
                String name = file.getFileName().toString().replace(".class", "");
                Class<?> type = Class.forName(name, false, classes);
                boolean listens = Arrays.stream(type.getDeclaredMethods())
                        .anyMatch(method -> AnnotatedElementUtils.hasAnnotation(method, CdcListener.class));
                if (listens || (CdcListenerErrorHandler.class.isAssignableFrom(type) && !type.isInterface())) {
                    beans.add(type);
                }
            }
        }
        return beans;
    }
}
