package io.rustcdc.source.mysql;

import io.rustcdc.event.TableId;
import io.rustcdc.source.mysql.CatalogColumn.Size;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** The same changes of the same table, as both servers log them with full metadata and with little. */
final class RowFixtures {

    static final List<String> SERVERS = List.of("mysql.full", "mysql.minimal", "mariadb.full", "mariadb.no_log");
    static final List<String> CHANGES = List.of("insert", "update", "minimal-update", "minimal-delete");

    static final Collations COLLATIONS =
            new Collations(Map.of(8, "latin1", 45, "utf8mb4", 46, "utf8mb4", 63, "binary", 255, "utf8mb4"));

    private static final Properties EVENTS = load();

    private RowFixtures() {}

    /** A body and the type of its event. */
    record Event(int type, byte[] body) {

        RowsCursor open(TableMap map) {
            return RowsCursor.open(type, map, body, 0, body.length);
        }
    }

    static Event event(String server, String change) {
        String[] parts = Objects.requireNonNull(EVENTS.getProperty(server + "." + change))
                .split(" ");
        return new Event(Integer.parseInt(parts[0]), HexFormat.of().parseHex(parts[1]));
    }

    static TableMap map(String server) {
        byte[] body = event(server, "map").body();
        return TableMap.decode(body, 0, body.length);
    }

    static Flavor flavor(String server) {
        return server.startsWith("mysql") ? Flavor.MYSQL : Flavor.MARIADB;
    }

    static TableDescriber describer(String server) {
        return new TableDescriber(flavor(server), COLLATIONS);
    }

    static TableDescription description(String server) {
        return describer(server).describe(map(server), server.endsWith("full") ? null : catalog(server));
    }

    /** The table as information_schema has it. */
    static CatalogTable catalog(String server) {
        List<CatalogColumn> columns = new ArrayList<>(List.of(
                number("id", "bigint", "bigint unsigned", 20, 0),
                text("part", "varchar", "varchar(20)", "utf8mb4", 80),
                number("a", "tinyint", "tinyint", 3, 0),
                number("y", "year", "year", 0, 0),
                number("b", "int", "int(10) unsigned", 10, 0),
                number("f", "float", "float", 12, 0),
                number("d", "double", "double", 22, 0),
                number("de", "decimal", "decimal(20,4) unsigned", 20, 4),
                number("bi", "bit", "bit(10)", 10, 0),
                text("c1", "char", "char(10)", "utf8mb4", 40),
                text("c2", "char", "char(255)", "utf8mb4", 1020),
                text("v1", "varchar", "varchar(255)", "utf8mb4", 1020),
                text("v2", "varchar", "varchar(10)", "latin1", 10),
                text("bn", "binary", "binary(5)", null, 5),
                text("vb", "varbinary", "varbinary(300)", null, 300),
                text("tx", "text", "text", "utf8mb4", 65535),
                text("bl", "blob", "blob", null, 65535),
                text("e", "enum", "enum('a','b,''x')", "latin1", 4),
                text("s", "set", "set('x','y')", "utf8mb4", 12),
                text("g", "point", "point", null, 0)));
        columns.add(
                flavor(server) == Flavor.MYSQL
                        ? text("j", "json", "json", null, 0)
                        : text("j", "longtext", "longtext", "utf8mb4", 4_294_967_295L));
        columns.addAll(List.of(
                time("dt", "date", "date", 0),
                time("ti", "time", "time(3)", 3),
                time("dtm", "datetime", "datetime(6)", 6),
                time("ts", "timestamp", "timestamp", 0),
                number("n", "int", "int(11)", 10, 0)));
        return new CatalogTable(new TableId("g", "t8"), columns, List.of("part", "id"), 0);
    }

    static CatalogColumn number(String name, String type, String columnType, int precision, int scale) {
        return new CatalogColumn(name, type, columnType, null, new Size(0, precision, scale, 0));
    }

    static CatalogColumn text(String name, String type, String columnType, @Nullable String charset, long octets) {
        return new CatalogColumn(name, type, columnType, charset, new Size(octets, 0, 0, 0));
    }

    private static CatalogColumn time(String name, String type, String columnType, int digits) {
        return new CatalogColumn(name, type, columnType, null, new Size(0, 0, 0, digits));
    }

    private static Properties load() {
        Properties events = new Properties();
        try (InputStream in = Objects.requireNonNull(RowFixtures.class.getResourceAsStream("rows.properties"))) {
            events.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return events;
    }
}
