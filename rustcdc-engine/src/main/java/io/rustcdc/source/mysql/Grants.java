package io.rustcdc.source.mysql;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a user was granted, as {@code SHOW GRANTS} tells it.
 *
 * @param lines one for each grant
 */
record Grants(List<String> lines) {

    Grants {
        lines = List.copyOf(lines);
    }

    static Grants of(Connection connection) throws SQLException {
        List<String> lines = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW GRANTS")) {
            while (row.next()) {
                lines.add(row.getString(1).toUpperCase(Locale.ROOT));
            }
        }
        return new Grants(lines);
    }

    /** Whether a right on the whole server was granted to the user itself. */
    boolean has(String right) {
        return lines.stream().anyMatch(line -> {
            int on = line.indexOf(" ON *.* ");
            String rights = on < 0 ? "" : line.substring("GRANT ".length(), on);
            return rights.equals("ALL PRIVILEGES")
                    || List.of(rights.split(", ", -1)).contains(right);
        });
    }

    /** Whether there are roles, which may bring more. */
    boolean hasRoles() {
        return lines.stream().anyMatch(line -> !line.contains(" ON "));
    }
}
