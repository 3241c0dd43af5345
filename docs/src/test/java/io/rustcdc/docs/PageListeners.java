package io.rustcdc.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.spring.CdcListener;
import io.rustcdc.spring.CdcListenerErrorHandler;
import io.rustcdc.spring.CdcListenerRegistry;
import io.rustcdc.spring.CdcListenerRegistry.Listener;
import io.rustcdc.spring.autoconfigure.CdcAutoConfiguration;
import io.rustcdc.spring.listener.ListenerDecorator;
import io.rustcdc.test.CdcTestAutoConfiguration;
import io.rustcdc.test.CdcTester;
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
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.StringUtils;

/** The listeners of a page, compiled and called with the real engine. */
final class PageListeners {

    private PageListeners() {}

    /**
     * That all of them are called, and return.
     *
     * @param changes emits what they wait for
     * @param atLeast so many listeners are on the page
     */
    static void requireCalled(Page page, Path folder, Consumer<CdcTester> changes, int atLeast) throws Exception {
        assertThat(JavaCompilation.compile(page.blocksIn("java"), folder)).isEmpty();
        try (URLClassLoader classes =
                new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
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
            for (Class<?> bean : beans(classes, folder)) {
                runner = register(runner, bean);
            }
            runner.run(context -> {
                assertThat(context).hasNotFailed();
                CdcTester cdc = context.getBean(CdcTester.class);
                changes.accept(cdc);
                cdc.awaitAcknowledged();
                List<String> listeners = context.getBean(CdcListenerRegistry.class).listeners().stream()
                        .map(Listener::id)
                        .toList();
                assertThat(listeners).hasSizeGreaterThanOrEqualTo(atLeast);
                assertThat(returned).containsExactlyInAnyOrderElementsOf(listeners);
            });
        }
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
