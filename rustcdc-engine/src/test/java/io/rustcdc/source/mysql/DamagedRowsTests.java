package io.rustcdc.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.event.FailureKind;
import io.rustcdc.event.Row;
import io.rustcdc.event.ValueDecodeException;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.mysql.RowFixtures.Event;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bytes that are cut off or altered give a failure that says so, or other values, and nothing else. */
class DamagedRowsTests {

    private static final int TRIES = 500;

    private final Random random = new Random(42);

    static Stream<String> servers() {
        return RowFixtures.SERVERS.stream();
    }

    @ParameterizedTest
    @MethodSource("servers")
    void tableMapsThatAreCutOff(String server) {
        cutOff(RowFixtures.event(server, "map").body(), bytes -> readAll(server, bytes));
    }

    @ParameterizedTest
    @MethodSource("servers")
    void tableMapsThatAreAltered(String server) {
        altered(RowFixtures.event(server, "map").body(), bytes -> readAll(server, bytes));
    }

    @ParameterizedTest
    @MethodSource("servers")
    void rowsThatAreCutOff(String server) {
        for (String change : RowFixtures.CHANGES) {
            Event event = RowFixtures.event(server, change);
            cutOff(event.body(), bytes -> readRows(server, new Event(event.type(), bytes)));
        }
    }

    @ParameterizedTest
    @MethodSource("servers")
    void rowsThatAreAltered(String server) {
        for (String change : RowFixtures.CHANGES) {
            Event event = RowFixtures.event(server, change);
            altered(event.body(), bytes -> readRows(server, new Event(event.type(), bytes)));
        }
    }

    private static void cutOff(byte[] sound, Consumer<byte[]> read) {
        for (int length = 0; length < sound.length; length++) {
            survives(read, Arrays.copyOf(sound, length));
        }
    }

    private void altered(byte[] sound, Consumer<byte[]> read) {
        for (int i = 0; i < TRIES; i++) {
            byte[] bytes = sound.clone();
            for (int n = random.nextInt(3); n >= 0; n--) {
                bytes[random.nextInt(bytes.length)] = (byte) (random.nextBoolean() ? random.nextInt() : 0xFF);
            }
            survives(read, bytes);
        }
    }

    private static void survives(Consumer<byte[]> read, byte[] bytes) {
        try {
            read.accept(bytes);
        } catch (SourceException e) {
            assertThat(e.kind()).isEqualTo(FailureKind.TERMINAL);
            assertThat(e.action()).isNotBlank();
        }
    }

    /** The map's rows are those that it had before. */
    private static void readAll(String server, byte[] map) {
        TableMap altered = TableMap.decode(map, 0, map.length);
        RowShape shape = shape(server, altered);
        for (String change : RowFixtures.CHANGES) {
            read(RowFixtures.event(server, change).open(altered), shape);
        }
    }

    private static void readRows(String server, Event event) {
        TableMap map = RowFixtures.map(server);
        read(event.open(map), shape(server, map));
    }

    private static RowShape shape(String server, TableMap map) {
        return RowFixtures.describer(server)
                .describe(map, server.endsWith("full") ? null : RowFixtures.catalog(server))
                .shape();
    }

    private static void read(RowsCursor rows, RowShape shape) {
        while (rows.next()) {
            readColumns(rows.before(shape));
            readColumns(rows.after(shape));
        }
    }

    private static void readColumns(@Nullable Row row) {
        for (int i = 0; row != null && i < row.columns().size(); i++) {
            if (row.isPresent(i)) {
                try {
                    row.text(i);
                    row.value(i);
                } catch (ValueDecodeException e) {
                    assertThat(e).hasMessageContaining(row.columns().name(i));
                }
            }
        }
    }
}
