package io.rustcdc.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.source.postgres.PgOutputMessage.Column;
import io.rustcdc.source.postgres.PgOutputMessage.TypeName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ColumnTypesTests {

    private static final CatalogType INT4 = part(23, "pg_catalog", "int4", false, ',');
    private static final CatalogType INT4_ARRAY = part(1007, "pg_catalog", "_int4", true, ',');
    private static final CatalogType MOOD = part(20000, "shop", "mood", false, ',');
    private static final CatalogType MOOD_ARRAY = part(20001, "shop", "_mood", true, ',');

    private final Map<Integer, List<CatalogType>> catalog = new HashMap<>();
    private final List<Integer> asked = new ArrayList<>();
    private final ColumnTypes types = new ColumnTypes(type -> {
        asked.add(type);
        return catalog.getOrDefault(type, List.of());
    });

    @Test
    void anArrayOfAUsersTypeIsAListOfTexts() {
        catalog.put(20001, List.of(MOOD, MOOD_ARRAY));

        ColumnType type = find(20001, "shop", "_mood");

        assertThat(type.name()).isEqualTo("shop.mood[]");
        assertThat(decode(type, "{happy,NULL,\"so so\"}")).isEqualTo(Arrays.asList("happy", null, "so so"));
    }

    @Test
    void anArrayOfADomainHasTheValuesOfItsBaseType() {
        catalog.put(20003, List.of(INT4, part(20002, "shop", "weight", false, ','), array("_weight")));

        ColumnType type = find(20003, "shop", "_weight");

        assertThat(type.name()).isEqualTo("int4[]");
        assertThat(decode(type, "{1,2}")).isEqualTo(List.of(1, 2));
    }

    @Test
    void anArrayOfADomainOfArraysIsAListOfLists() {
        catalog.put(20003, List.of(INT4, INT4_ARRAY, part(20002, "shop", "pair", false, ','), array("_pair")));

        ColumnType type = find(20003, "shop", "_pair");

        assertThat(type.name()).isEqualTo("int4[][]");
        assertThat(decode(type, "{\"{1,2}\",\"{3,NULL}\"}")).isEqualTo(List.of(List.of(1, 2), Arrays.asList(3, null)));
    }

    @Test
    void aTypeMayHaveADelimiterOfItsOwn() {
        catalog.put(20003, List.of(part(20002, "public", "geometry", false, ':'), array("_geometry")));

        ColumnType type = find(20003, "public", "_geometry");

        assertThat(type.name()).isEqualTo("geometry[]");
        assertThat(decode(type, "{a,b:c}")).isEqualTo(List.of("a,b", "c"));
    }

    @Test
    void aTypeThatIsOnlyNamedLikeAnArrayIsText() {
        catalog.put(20003, List.of(part(20003, "public", "_odd", false, ',')));

        ColumnType type = find(20003, "public", "_odd");

        assertThat(type.name()).isEqualTo("_odd");
        assertThat(decode(type, "{1}")).isEqualTo("{1}");
    }

    @Test
    void ofATypeThatWasDroppedTheNameTells() {
        ColumnType type = find(20001, "shop", "_mood");

        assertThat(type.name()).isEqualTo("shop.mood[]");
        assertThat(decode(type, "{happy,sad}")).isEqualTo(List.of("happy", "sad"));
        assertThat(decode(type, "(1,2)")).isEqualTo("(1,2)");
    }

    @Test
    void theCatalogIsAskedOnceForEachName() {
        find(20001, "shop", "_mood");
        find(20001, "shop", "_mood");
        find(20001, "shop", "_humour");
        find(20000, "shop", "mood");

        assertThat(asked).containsExactly(20001, 20001);
    }

    private ColumnType find(int id, String schema, String name) {
        types.put(new TypeName(id, schema, name));
        return types.of(new Column(false, "c", id, -1));
    }

    private static CatalogType array(String name) {
        return part(20003, "shop", name, true, ',');
    }

    private static CatalogType part(int id, String schema, String name, boolean array, char delimiter) {
        return new CatalogType(new TypeName(id, schema, name), array, delimiter);
    }

    private static Object decode(ColumnType type, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return type.decoder().decode(bytes, 0, bytes.length);
    }
}
