package io.rustcdc.source.mysql;

/** Which of the two servers a source is on. They share the binlog's row events and differ in how they name transactions. */
public enum Flavor {
    MYSQL("mysql", "MySQL"),
    MARIADB("mariadb", "MariaDB");

    private final String type;
    private final String product;

    Flavor(String type, String product) {
        this.type = type;
        this.product = product;
    }

    /** The source type in events, checkpoints, metrics and settings. */
    public String type() {
        return type;
    }

    /** The server's name in messages. */
    public String product() {
        return product;
    }
}
