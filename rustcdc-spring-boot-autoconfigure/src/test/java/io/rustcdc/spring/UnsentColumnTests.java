package io.rustcdc.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rustcdc.event.Operation;
import io.rustcdc.observe.EngineState;
import io.rustcdc.spring.app.Shop;
import io.rustcdc.spring.autoconfigure.CdcAutoConfiguration;
import io.rustcdc.test.databases.PostgresDatabase;
import io.rustcdc.test.databases.PostgresServer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

/** A typed listener and a large value that an update did not touch, on a real server. */
class UnsentColumnTests {

    @TempDir
    Path directory;

    private PostgresDatabase database;
    private ApplicationContextRunner runner;

    @BeforeEach
    void createDatabase() {
        database = PostgresServer.shared().createDatabase();
        database.sql(
                "CREATE TABLE pages (id int PRIMARY KEY, title text, body text)",
                "INSERT INTO pages SELECT 1, 'old', string_agg(md5(i::text), '') FROM generate_series(1, 2000) i");
        runner = new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(CdcAutoConfiguration.class))
                .withPropertyValues(Shop.properties(database, directory))
                .withUserConfiguration(PageListener.class);
    }

    @AfterEach
    void dropDatabase() {
        database.close();
    }

    @Test
    @DisplayName("Under FULL it comes from the row before the update")
    void underFullItComesFromTheRowBefore() {
        database.sql("ALTER TABLE pages REPLICA IDENTITY FULL");
        runner.run(context -> {
            database.sql("UPDATE pages SET title = 'new'");

            List<Page> pages = context.getBean(PageListener.class).pages;
            await().until(() -> !pages.isEmpty());
            assertThat(pages).singleElement().satisfies(page -> {
                assertThat(page.title()).isEqualTo("new");
                assertThat(page.body()).hasSize(64_000);
            });
        });
    }

    @Test
    @DisplayName("Otherwise it is never null: the source fails and says what to do")
    void otherwiseTheSourceFailsAndSaysWhatToDo() {
        runner.run(context -> {
            database.sql("UPDATE pages SET title = 'new'");

            var engine = context.getBean(CdcEngines.class).get("shop");
            await().until(() -> engine.status().state() == EngineState.FAILED);
            assertThat(engine.status().health().reason()).contains("'body'").contains("absent");
            assertThat(engine.status().health().action()).contains("REPLICA IDENTITY FULL");
            assertThat(context.getBean(PageListener.class).pages).isEmpty();
        });
    }

    record Page(int id, String title, String body) {}

    @Configuration(proxyBeanMethods = false)
    static class PageListener {

        final List<Page> pages = new CopyOnWriteArrayList<>();

        @CdcListener(tables = "public.pages", operations = Operation.UPDATE)
        void onPage(Page page) {
            pages.add(page);
        }
    }
}
