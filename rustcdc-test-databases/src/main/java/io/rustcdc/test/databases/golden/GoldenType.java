package io.rustcdc.test.databases.golden;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A type with its values, the first being the example of the documentation. Immutable; each method that adds something
 * gives a new instance.
 *
 * @param name as SQL writes it
 * @param java the type of its values in Java; {@link List} for an array
 * @param keyable whether a primary key can be of it
 * @param extension what must be installed to have it, null for nothing
 * @param since the first major version of the server that has it
 */
public record GoldenType(
        String name,
        Class<?> java,
        boolean keyable,
        @Nullable String extension,
        int since,
        List<GoldenValue> values) {

    public GoldenType {
        values = List.copyOf(values);
    }

    static GoldenType of(String name, Class<?> java) {
        return new GoldenType(name, java, true, null, 0, List.of());
    }

    /** A type whose values arrive as their text. */
    static GoldenType text(String name, String... texts) {
        GoldenType type = of(name, String.class);
        for (String text : texts) {
            type = type.value(text, text);
        }
        return type;
    }

    GoldenType value(String literal, Object java) {
        return with(new GoldenValue(literal, sql(literal), java, 0, null, false));
    }

    GoldenType value(int since, String literal, Object java) {
        return with(new GoldenValue(literal, sql(literal), java, since, null, false));
    }

    /** A value that Java has no ordinary counterpart for. */
    GoldenType special(String literal, Object java, String constant) {
        return with(new GoldenValue(literal, sql(literal), java, 0, constant, false));
    }

    /** @param sql an expression, without its type */
    GoldenType large(String sql, Object java) {
        return with(new GoldenValue(sql, "(%s)::%s".formatted(sql, name), java, 0, null, true));
    }

    GoldenType notKeyable() {
        return new GoldenType(name, java, false, extension, since, values);
    }

    GoldenType extension(String extension) {
        return new GoldenType(name, java, keyable, extension, since, values);
    }

    GoldenType since(int since) {
        return new GoldenType(name, java, keyable, extension, since, values);
    }

    /** The type of arrays of these values: all in one, beside a NULL; in two dimensions; and the empty array. */
    GoldenType array() {
        List<GoldenValue> small =
                values.stream().filter(value -> !value.large()).toList();
        int newest = small.stream().mapToInt(GoldenValue::since).max().orElse(0);
        List<GoldenValue> old =
                small.stream().filter(value -> value.since() == 0).toList();
        GoldenValue first = old.get(0);
        GoldenValue last = old.get(old.size() - 1);
        GoldenType array = new GoldenType(name + "[]", List.class, keyable, extension, since, List.of())
                .elements(0, List.of(first));
        if (small.size() > 1) {
            array = array.elements(newest, small);
        }
        array = array.with(new GoldenValue(
                "{{..},{..}}",
                "ARRAY[[%1$s, NULL], [%2$s, %1$s]]::%3$s[][]".formatted(first.sql(), last.sql(), name),
                List.of(Arrays.asList(first.java(), null), List.of(last.java(), first.java())),
                0,
                null,
                false));
        return array.value("{}", List.of());
    }

    private GoldenType elements(int since, List<GoldenValue> values) {
        List<Object> list =
                new ArrayList<>(values.stream().map(GoldenValue::java).toList());
        list.add(1, null);
        List<String> sql = new ArrayList<>(values.stream().map(GoldenValue::sql).toList());
        sql.add(1, "NULL");
        List<String> literals =
                new ArrayList<>(values.stream().map(GoldenType::element).toList());
        literals.add(1, "NULL");
        return with(new GoldenValue(
                "{" + String.join(",", literals) + "}",
                "ARRAY[%s]::%s".formatted(String.join(", ", sql), name),
                list,
                since,
                null,
                false));
    }

    private static String element(GoldenValue value) {
        String literal = value.literal();
        return literal.matches("[\\w.:+-]+") ? literal : '"' + literal + '"';
    }

    private GoldenType with(GoldenValue value) {
        return new GoldenType(
                name,
                java,
                keyable,
                extension,
                since,
                Stream.concat(values.stream(), Stream.of(value)).toList());
    }

    private String sql(String literal) {
        return "'%s'::%s".formatted(literal.replace("'", "''"), name);
    }

    @Override
    public String toString() {
        return name;
    }
}
