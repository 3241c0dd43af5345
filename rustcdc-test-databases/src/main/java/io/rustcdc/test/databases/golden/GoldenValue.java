package io.rustcdc.test.databases.golden;

import org.jspecify.annotations.Nullable;

/**
 * One value of a type.
 *
 * @param literal as a person would write it, for the documentation
 * @param sql the expression that makes it, with its type
 * @param java what a row holds
 * @param since the first major version of the server that has it
 * @param constant how Java calls it, where it stands for something that Java has no ordinary value for
 * @param large whether it is too large for an index, and may be left out of an UPDATE that does not touch it
 */
public record GoldenValue(
        String literal,
        String sql,
        Object java,
        int since,
        @Nullable String constant,
        boolean large) {}
