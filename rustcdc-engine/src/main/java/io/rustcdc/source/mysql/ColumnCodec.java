package io.rustcdc.source.mysql;

/**
 * Reads the values of one column, be they stored in a row image or sent as a cell of a SELECT: both give equal values and equal
 * texts. Immutable. Whatever bytes are not such a value give a RuntimeException of any kind.
 */
interface ColumnCodec {

    /** The type with its modifiers, as SQL writes it, such as {@code int unsigned}. */
    String typeName();

    /** The stored value that begins at {@code start}, behind its length where it has one. */
    Object value(byte[] bytes, int start, int end);

    /** As a SELECT shows it in a session of UTC and utf8mb4. */
    String text(byte[] bytes, int start, int end);

    /**
     * The expression whose cells the two methods below read. The session has time_zone '+00:00', sql_mode '', and
     * utf8mb4 as its charset, character_set_results included.
     *
     * @param column quoted
     */
    String select(String column);

    Object cellValue(byte[] cell);

    String cellText(byte[] cell);

    /**
     * An expression that compares with the column, in the order of an index on it, as the value that has this text.
     *
     * @param text as {@link #text} gave it for a value of the column
     */
    String literal(String text);
}
