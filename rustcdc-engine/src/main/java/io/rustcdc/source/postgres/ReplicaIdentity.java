package io.rustcdc.source.postgres;

/**
 * How the server names the rows of a table in its log. Of a published table whose rows it cannot name it refuses UPDATE and
 * DELETE. All three speak of every partition, each of which has an identity of its own.
 *
 * @param present whether there is one: a key that is not DEFERRABLE, or FULL
 * @param sent whether the publication sends all of its columns. Since version 18 the server asks for that, too: generated
 *     columns are not sent unless the publication says so, and virtual ones never are
 * @param mayBeFull whether FULL would do, however the publication is set: where version 18 and generated columns meet it may
 *     not
 */
record ReplicaIdentity(boolean present, boolean sent, boolean mayBeFull) {

    boolean namesRows() {
        return present && sent;
    }

    /** What is wrong with one that does not name the rows. */
    String fault() {
        return present
                ? "its replica identity has generated columns, which are not published"
                : "no primary key and no other replica identity (a DEFERRABLE key is none)";
    }
}
