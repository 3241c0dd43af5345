package io.rustcdc.event;

/** What happened to a row or a table. */
public enum Operation {
    INSERT("insert"),
    UPDATE("update"),
    DELETE("delete"),
    /** A row that a snapshot read; it existed before, nothing happened to it now. */
    READ("read"),
    TRUNCATE("truncate"),
    /** The columns or the key of a table are different from here on. */
    SCHEMA_CHANGE("schema_change");

    private final String code;

    Operation(String code) {
        this.code = code;
    }

    /** The name in the JSON envelope, lower snake case. */
    public String code() {
        return code;
    }
}
