package io.rustcdc.spring.mapping;

import io.rustcdc.event.Columns;
import java.util.Locale;

/** Which column a property means: its own name, its snake case, or the one column that differs in case and {@code _} only. */
public final class ColumnNames {

    private ColumnNames() {}

    /** The index, or -1 when no column fits or several do. */
    public static int indexOf(Columns columns, String property) {
        int exact = columns.indexOf(property);
        if (exact >= 0) {
            return exact;
        }
        int snake = columns.indexOf(snakeCase(property));
        if (snake >= 0) {
            return snake;
        }
        String wanted = normalized(property);
        int found = -1;
        for (int i = 0; i < columns.size(); i++) {
            if (normalized(columns.name(i)).equals(wanted)) {
                if (found >= 0) {
                    return -1;
                }
                found = i;
            }
        }
        return found;
    }

    public static String snakeCase(String property) {
        StringBuilder snake = new StringBuilder();
        for (int i = 0; i < property.length(); i++) {
            char c = property.charAt(i);
            if (Character.isUpperCase(c) && i > 0 && !startsAcronymTail(property, i)) {
                snake.append('_');
            }
            snake.append(c);
        }
        return snake.toString().toLowerCase(Locale.ROOT);
    }

    /** In {@code customerID} only the first capital of the run begins a word. */
    private static boolean startsAcronymTail(String property, int index) {
        boolean afterCapital = Character.isUpperCase(property.charAt(index - 1));
        boolean beforeSmall = index + 1 < property.length() && Character.isLowerCase(property.charAt(index + 1));
        return afterCapital && !beforeSmall;
    }

    private static String normalized(String name) {
        return name.replace("_", "").toLowerCase(Locale.ROOT);
    }
}
