package io.rustcdc.source.mysql;

/**
 * The name that a server gives to a transaction, the same on all servers that replicate it. A record each, so with equals; the
 * text is as the server writes it.
 */
sealed interface Gtid permits UuidGtid, DomainGtid {

    /**
     * Reads one as it prints itself.
     *
     * @throws IllegalArgumentException saying what was expected and what was found
     */
    static Gtid parse(Flavor flavor, String text) {
        return switch (flavor) {
            case MYSQL -> UuidGtid.parse(text);
            case MARIADB -> DomainGtid.parse(text);
        };
    }

    /** The number that grows with each transaction of one origin. */
    long number();
}
