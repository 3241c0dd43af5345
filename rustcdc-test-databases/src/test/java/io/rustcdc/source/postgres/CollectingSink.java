package io.rustcdc.source.postgres;

/** Keeps all that a stream hands over, with offsets that are known to be PostgreSQL's. */
final class CollectingSink extends io.rustcdc.source.CollectingSink {

    PostgresOffset lastCommit() {
        return (PostgresOffset) commits.get(commits.size() - 1);
    }
}
