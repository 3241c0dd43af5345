package io.rustcdc.test.databases.golden;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A type of MySQL or MariaDB with its values, the first being the example of the documentation. Immutable; each method that adds
 * something gives a new instance.
 *
 * @param definition as CREATE TABLE has it
 * @param name as events tell it
 * @param java the type of its values in Java
 * @param keyable whether a primary key can be of it
 */
public record MySqlType(String definition, String name, Class<?> java, boolean keyable, List<Value> values) {

    /**
     * One value.
     *
     * @param sql the expression that makes it, in a session with sql_mode '' and time_zone '-08:00'
     * @param java what a row holds
     * @param text as a SELECT shows it in a session of UTC and utf8mb4, if nothing else is said of the type
     * @param constant how Java calls it, where it stands for something that Java has no ordinary value for
     */
    public record Value(
            String sql, Object java, String text, @Nullable String constant) {}

    public MySqlType {
        values = List.copyOf(values);
    }

    static MySqlType of(String name, Class<?> java) {
        return new MySqlType(name, name, java, true, List.of());
    }

    static MySqlType of(String definition, String name, Class<?> java) {
        return new MySqlType(definition, name, java, true, List.of());
    }

    MySqlType value(String sql, Object java, String text) {
        return with(new Value(sql, java, text, null));
    }

    /** A value whose text is what Java writes, too. */
    MySqlType value(String sql, Object java) {
        return with(new Value(sql, java, java.toString(), null));
    }

    /** A value that Java has no ordinary counterpart for. */
    MySqlType special(String sql, Object java, String text, String constant) {
        return with(new Value(sql, java, text, constant));
    }

    MySqlType notKeyable() {
        return new MySqlType(definition, name, java, false, values);
    }

    private MySqlType with(Value value) {
        return new MySqlType(
                definition,
                name,
                java,
                keyable,
                Stream.concat(values.stream(), Stream.of(value)).toList());
    }

    @Override
    public String toString() {
        return definition;
    }
}
