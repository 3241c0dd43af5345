package io.rustcdc.source.mysql;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The charset of each collation, by the collation's number, which is how table maps name it. Immutable. */
final class Collations {

    /** MariaDB from 10.10 on has collations that serve several charsets: only this view has all their numbers. */
    private static final String APPLICABILITY = "information_schema.collation_character_set_applicability";

    private static final String HAS_NUMBERS = """
            SELECT 1 FROM information_schema.columns WHERE table_schema = 'information_schema'
            AND upper(table_name) = 'COLLATION_CHARACTER_SET_APPLICABILITY' AND upper(column_name) = 'ID'""";

    private final Map<Integer, String> charsets;

    Collations(Map<Integer, String> charsets) {
        this.charsets = Map.copyOf(charsets);
    }

    /** Asks the server. */
    static Collations load(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            String view;
            try (ResultSet found = statement.executeQuery(HAS_NUMBERS)) {
                view = found.next() ? APPLICABILITY : "information_schema.collations";
            }
            Map<Integer, String> charsets = new HashMap<>();
            try (ResultSet rows = statement.executeQuery(
                    "SELECT id, character_set_name FROM %s WHERE id IS NOT NULL AND character_set_name IS NOT NULL"
                            .formatted(view))) {
                while (rows.next()) {
                    charsets.put(rows.getInt(1), rows.getString(2));
                }
            }
            return new Collations(charsets);
        }
    }

    /** The name of the charset, null if the server has no such collation. */
    @Nullable
    String charset(int collation) {
        return charsets.get(collation);
    }
}
