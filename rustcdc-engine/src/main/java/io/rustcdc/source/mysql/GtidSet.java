package io.rustcdc.source.mysql;

/**
 * Which transactions were executed. Immutable. Sets of different flavours never meet: what takes one of the other flavour
 * throws ClassCastException.
 */
sealed interface GtidSet permits UuidGtidSet, DomainGtidSet {

    /** The set of no transaction. */
    static GtidSet empty(Flavor flavor) {
        return switch (flavor) {
            case MYSQL -> UuidGtidSet.EMPTY;
            case MARIADB -> DomainGtidSet.EMPTY;
        };
    }

    /**
     * Reads a set as the server writes it, or an operator.
     *
     * @param text blank for the empty set; white space around commas and colons means nothing
     * @throws IllegalArgumentException saying what was expected and what was found; of tagged GTIDs too, which cannot be read
     */
    static GtidSet parse(Flavor flavor, String text) {
        return switch (flavor) {
            case MYSQL -> UuidGtidSet.parse(text);
            case MARIADB -> DomainGtidSet.parse(text);
        };
    }

    boolean isEmpty();

    boolean contains(Gtid gtid);

    /** This set and that transaction. Shares what does not change: cheap enough to be called once for each transaction. */
    GtidSet with(Gtid gtid);

    /** Whether the other one has all of this; the empty set is a subset of each. */
    boolean isSubsetOf(GtidSet other);

    /** What of this the other one lacks. On MariaDB the last transaction of each domain in which the other one is behind. */
    GtidSet minus(GtidSet other);

    /** The one canonical text, without white space. */
    @Override
    String toString();
}
