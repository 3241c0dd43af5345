package io.rustcdc.docs;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rustcdc.checkpoint.jdbc.JdbcTables;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** That the SQL of a page, from top to bottom, runs on a real PostgreSQL; that of other servers has tests of its own. */
class SqlBlocksTests {

    static Stream<Page> pages() {
        return Page.all().stream().filter(page -> !blocks(page).isEmpty());
    }

    @ParameterizedTest
    @MethodSource("pages")
    void runs(Page page) {
        try (ShopDatabase shop = new ShopDatabase()) {
            if (blocks(page).stream().noneMatch(block -> block.text().contains("CREATE TABLE"))) {
                shop.database().sql("CREATE TABLE public.orders (id bigint PRIMARY KEY, status text)");
            }
            if (blocks(page).stream().anyMatch(block -> block.text().contains("rustcdc_"))) {
                JdbcTables.scripts("io/rustcdc/checkpoint/jdbc/postgresql").stream()
                        .flatMap(script -> JdbcTables.statements(script, "rustcdc_").stream())
                        .forEach(shop.database()::sql);
            }
            blocks(page).forEach(shop::run);
        }
    }

    private static List<CodeBlock> blocks(Page page) {
        return page.blocksIn("sql").stream()
                .filter(block -> block.attribute("on").isEmpty())
                .toList();
    }

    @Test
    void refusesSqlThatDoesNotRun() {
        CodeBlock wrong = new CodeBlock("page.md", 1, "sql", "SELECT 1;\nALTER TABLE nothing REPLICA IDENTITY FULL;\n");
        try (ShopDatabase shop = new ShopDatabase()) {
            assertThatThrownBy(() -> shop.run(wrong)).hasMessageContaining("nothing");
        }
    }
}
