package io.rustcdc.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.event.TableId;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TableFilterTests {

    @ParameterizedTest
    @CsvSource({
        "public.orders, public.orders, true",
        "public.orders, public.orders2, false",
        "public.orders, stock.orders, false",
        "public.orders, orders, false",
        "public.*, public.orders, true",
        "public.*, publicx.orders, false",
        "*.orders, public.orders, true",
        "*.orders, orders, false",
        "*.*, public.orders, true",
        "*.*, orders, false",
        "*, public.orders, true",
        "*, orders, true",
        "'', public.orders, true",
        "orders, public.orders, true",
        "orders, stock.orders, true",
        "orders, orders, true",
        "order?, public.orders, true",
        "order?, public.order, false",
        "order?, public.orders2, false",
        "public?orders, public.orders, false",
        "p*s, public.orders, false",
        "public.o*d*s, public.orders, true",
        "public.*, public.with.dot, true",
        "public.or[d]ers, public.orders, false",
        "' public.orders ', public.orders, true"
    })
    @DisplayName("TF-07 globs do not cross the dot, *.* needs a schema, blank entries do not count")
    void matches(String pattern, String table, boolean expected) {
        assertThat(TableFilter.of(pattern).matches(TableId.parse(table))).isEqualTo(expected);
    }

    @Test
    @DisplayName("TF-07 an exclude glob wins over the includes")
    void excludeWins() {
        TableFilter filter = new TableFilter(List.of("public.*"), List.of("public.tmp_*", " "));
        assertThat(filter.matches(TableId.parse("public.orders"))).isTrue();
        assertThat(filter.matches(TableId.parse("public.tmp_1"))).isFalse();
        assertThat(filter.matches(TableId.parse("public.tmp_"))).isFalse();
        assertThat(new TableFilter(List.of("public.tmp_1"), List.of("public.tmp_*"))
                        .matches(TableId.parse("public.tmp_1")))
                .isFalse();
        assertThat(new TableFilter(List.of(), List.of("public.tmp_*")).matches(TableId.parse("public.orders")))
                .isTrue();
    }

    @Test
    @DisplayName("TF-06 many stars against a long name take a moment, not for ever")
    void matchesInReasonableTime() {
        String name = "a".repeat(20_000);
        assertThat(TableFilter.of("a*a*a*a*a*a*a*a*b").matches(new TableId("public", name)))
                .isFalse();
        assertThat(TableFilter.of("public.a*a*a*a*a*a*a*a").matches(new TableId("public", name)))
                .isTrue();
    }

    @Test
    @DisplayName("TF-08 case does not matter, in any locale")
    void foldsCase() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("tr"));
            assertThat(TableFilter.of("PUBLIC.ITEMS").matches(TableId.parse("public.items")))
                    .isTrue();
            assertThat(TableFilter.of("public.items").matches(TableId.parse("PUBLIC.ITEMS")))
                    .isTrue();
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    @DisplayName("TF-09 a bare name matches in every schema and can be told from a qualified one")
    void tellsBareNames() {
        assertThat(TableFilter.isQualifiedName("public.orders")).isTrue();
        assertThat(TableFilter.isQualifiedName("orders")).isFalse();
        assertThat(TableFilter.isQualifiedName(".orders")).isFalse();
        assertThat(TableFilter.isQualifiedName("public.*")).isFalse();
        assertThat(TableFilter.isQualifiedName("public.order?")).isFalse();
        assertThat(TableFilter.all().matches(TableId.parse("any"))).isTrue();
    }

    @Test
    void anyDotMayDivideSchemaAndTable() {
        TableFilter filter = TableFilter.of("a.b.c");

        assertThat(filter.matches(new TableId("a", "b.c"))).isTrue();
        assertThat(filter.matches(new TableId("a.b", "c"))).isTrue();
        assertThat(filter.matches(new TableId("a.b.c", "c"))).isFalse();
        assertThat(filter.matches(new TableId("a", "b"))).isFalse();
    }
}
