package io.rustcdc.test.databases.golden;

import java.util.List;
import java.util.stream.Stream;

/**
 * A type of SQL Server with its values, the first being the example of the documentation. Immutable; each method that adds something
 * gives a new instance.
 *
 * @param name as CREATE TABLE has it, and as events tell it
 * @param java the type of its values in Java
 * @param keyable whether a primary key can be of it
 * @param large what change tables leave out of its old values
 * @param realOnly whether nothing but the server itself can hold it
 */
public record SqlServerType(
        String name, Class<?> java, boolean keyable, Large large, boolean realOnly, List<Value> values) {

    /** What change tables leave out of old values. */
    public enum Large {
        NO,
        /** Old values of an update that did not touch them. */
        UNLESS_UPDATED,
        /** All old values. */
        NEVER_OLD
    }

    /**
     * One value.
     *
     * @param sql the expression that makes it
     * @param java what a row holds
     * @param text what {@code Row.text} gives
     */
    public record Value(String sql, Object java, String text) {}

    public SqlServerType {
        values = List.copyOf(values);
    }

    static SqlServerType of(String name, Class<?> java) {
        return new SqlServerType(name, java, true, Large.NO, false, List.of());
    }

    /** A type of values that are kept apart from the row. */
    static SqlServerType large(String name, Class<?> java) {
        return new SqlServerType(name, java, false, Large.UNLESS_UPDATED, false, List.of());
    }

    SqlServerType neverOld() {
        return new SqlServerType(name, java, false, Large.NEVER_OLD, realOnly, values);
    }

    SqlServerType onlyReal() {
        return new SqlServerType(name, java, keyable, large, true, values);
    }

    SqlServerType notKeyable() {
        return new SqlServerType(name, java, false, large, realOnly, values);
    }

    SqlServerType value(String sql, Object java, String text) {
        List<Value> more = Stream.concat(values.stream(), Stream.of(new Value(sql, java, text)))
                .toList();
        return new SqlServerType(name, this.java, keyable, large, realOnly, more);
    }

    /** A value whose text is what Java writes, too. */
    SqlServerType value(String sql, Object java) {
        return value(sql, java, java.toString());
    }

    @Override
    public String toString() {
        return name;
    }
}
