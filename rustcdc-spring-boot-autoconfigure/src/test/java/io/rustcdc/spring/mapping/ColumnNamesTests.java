package io.rustcdc.spring.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.event.Columns;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ColumnNamesTests {

    @ParameterizedTest
    @CsvSource({
        "id, id",
        "customerId, customer_id",
        "customerID, customer_id",
        "aB, a_b",
        "xmlHTTPRequest, xml_http_request",
        "line1, line1",
        "already_snake, already_snake"
    })
    void aPropertyHasASnakeCase(String property, String column) {
        assertThat(ColumnNames.snakeCase(property)).isEqualTo(column);
    }

    @Test
    void theOwnNameWinsOverTheSnakeCase() {
        assertThat(ColumnNames.indexOf(columns("customer_id", "customerId"), "customerId"))
                .isEqualTo(1);
    }

    @Test
    void aColumnThatDiffersInCaseAndUnderscoresOnlyIsFound() {
        assertThat(ColumnNames.indexOf(columns("ID", "LINE_1"), "line1")).isEqualTo(1);
    }

    @Test
    void twoSuchColumnsAreNoAnswer() {
        assertThat(ColumnNames.indexOf(columns("LINE_1", "Line1"), "line1")).isEqualTo(-1);
    }

    private static Columns columns(String... names) {
        return Columns.of(List.of(names), List.of());
    }
}
