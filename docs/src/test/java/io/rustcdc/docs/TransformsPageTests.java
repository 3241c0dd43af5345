package io.rustcdc.docs;

import static io.rustcdc.test.ChangeEvents.insert;
import static io.rustcdc.test.ChangeEvents.update;
import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Row;
import io.rustcdc.spring.CdcListener;
import io.rustcdc.spring.autoconfigure.CdcAutoConfiguration;
import io.rustcdc.spring.listener.ListenerDecorator;
import io.rustcdc.test.CdcTestAutoConfiguration;
import io.rustcdc.test.CdcTester;
import io.rustcdc.test.Rows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.util.StringUtils;

/** That the rules and the beans on docs/transforms.md do what the page says, with the real engine. */
class TransformsPageTests {

    private static final Page PAGE = Page.named("docs/transforms.md");

    @Test
    void theRulesAndBeansOfThePageApply(@TempDir Path folder) throws Exception {
        assertThat(JavaCompilation.compile(PAGE.blocksIn("java"), folder)).isEmpty();
        try (URLClassLoader classes =
                new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
            List<ChangeEvent<Row>> delivered = new CopyOnWriteArrayList<>();
            ListenerDecorator recording = (id, batch, call) -> (events, acknowledgment) -> {
                call.run(events, acknowledgment);
                delivered.addAll(events);
            };
            ApplicationContextRunner runner = new ApplicationContextRunner()
                    .withInitializer(TransformsPageTests::configure)
                    .withPropertyValues(
                            "CDC_HASH_KEY=0123456789abcdef0123456789abcdef", "rustcdc.postgres.shop.database=shop")
                    .withConfiguration(
                            AutoConfigurations.of(CdcTestAutoConfiguration.class, CdcAutoConfiguration.class))
                    .withBean(ListenerDecorator.class, () -> recording)
                    .withUserConfiguration(
                            classes.loadClass("ShopTransforms"), classes.loadClass("Aside"), listener(classes, folder));
            runner.run(context -> {
                assertThat(context).hasNotFailed();
                emit(context.getBean(CdcTester.class)).awaitAcknowledged();
                assertThat(delivered).hasSize(2);
                assertThat(rows(delivered.get(0))).containsExactlyInAnyOrderEntriesOf(row("ADA", "***4444", "1"));
                assertThat(rows(delivered.get(1)))
                        .as("what is left out need not be sent")
                        .containsExactlyInAnyOrderEntriesOf(row("EVE", "***4444", "1"));
            });
        }
    }

    private static Map<String, Object> row(String name, String card, String phone) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("id", 1);
        row.put("name", name);
        row.put("email", "hash");
        row.put("card", card);
        row.put("birth_date", null);
        row.put("phone", phone);
        return row;
    }

    private static Map<String, Object> rows(ChangeEvent<Row> change) {
        Map<String, Object> values = new LinkedHashMap<>(change.afterRow().toMap());
        values.computeIfPresent("email", (column, hash) -> hash.toString().matches("[0-9a-f]{64}") ? "hash" : hash);
        return values;
    }

    private static CdcTester emit(CdcTester cdc) {
        return cdc.emit(
                insert(
                        "public.customers",
                        customer(1, "Ada").column("notes", "vip").row()),
                insert(
                        "public.customers",
                        customer(2, "test").column("notes", "vip").row()),
                update("public.customers", customer(1, "Eve").absent("notes").row()));
    }

    private static Rows.Builder customer(int id, String name) {
        return Rows.key("id", id)
                .column("cust_name", name)
                .column("email", "ada@example.com")
                .column("card", "4111222233334444")
                .column("birth_date", LocalDate.of(1815, 12, 10))
                .column("tel", "1");
    }

    private static void configure(ConfigurableApplicationContext context) {
        for (CodeBlock block : PAGE.blocksIn("yaml")) {
            try {
                for (PropertySource<?> source : new YamlPropertySourceLoader()
                        .load(block.where(), new ByteArrayResource(block.text().getBytes(StandardCharsets.UTF_8)))) {
                    context.getEnvironment().getPropertySources().addLast(source);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static Class<?> listener(ClassLoader classes, Path folder) throws IOException, ClassNotFoundException {
        List<Class<?>> found = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".class")).toList()) {
                Class<?> type = Class.forName(
                        StringUtils.stripFilenameExtension(file.getFileName().toString()), false, classes);
                if (Arrays.stream(type.getDeclaredMethods())
                        .anyMatch(method -> AnnotatedElementUtils.hasAnnotation(method, CdcListener.class))) {
                    found.add(type);
                }
            }
        }
        assertThat(found).hasSize(1);
        return found.get(0);
    }
}
