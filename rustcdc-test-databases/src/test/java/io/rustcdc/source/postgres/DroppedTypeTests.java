package io.rustcdc.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.event.Offset;
import io.rustcdc.event.Row;
import io.rustcdc.source.SourceStream;
import io.rustcdc.source.StreamRequest;
import io.rustcdc.source.TableFilter;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DroppedTypeTests {

    private final PostgresFixture shop = new PostgresFixture();

    @AfterEach
    void dropDatabase() {
        shop.close();
    }

    @Test
    void rowsThatAreReadAfterTheirTypeWasDroppedKeepTheirValues() {
        shop.database.sql(
                "CREATE TYPE mood AS ENUM ('happy', 'so so')",
                "CREATE DOMAIN weight AS int",
                "CREATE TABLE people (id int PRIMARY KEY, mood mood, moods mood[], weight weight)");
        PostgresConnector connector = new PostgresConnector(
                shop.options().tables(TableFilter.of("public.*")).build());
        Offset start;
        try (SourceStream stream = connector.open(StreamRequest.fresh())) {
            start = stream.start();
        }
        shop.database.sql(
                "INSERT INTO people VALUES (1, 'happy', '{happy,NULL,so so}', 7)",
                "DROP TABLE people; DROP TYPE mood; DROP DOMAIN weight");

        CollectingSink sink = new CollectingSink();
        try (SourceStream stream = connector.open(StreamRequest.resume(start))) {
            PostgresFixture.readEvents(stream, sink, 1);
        }

        Row row = sink.events.get(0).after();
        assertThat(row.get("mood")).isEqualTo("happy");
        assertThat(row.get("moods")).isEqualTo(Arrays.asList("happy", null, "so so"));
        assertThat(row.get("weight")).isEqualTo(7);
        assertThat(row.columns().names()).isEqualTo(List.of("id", "mood", "moods", "weight"));
    }
}
