package io.rustcdc.source;

import java.util.Objects;

/**
 * A transaction that has changed something and has not ended.
 *
 * @param id tells it from all others of the server
 * @param owner whose it is, for people
 */
public record RunningTransaction(String id, String owner) {

    public RunningTransaction {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(owner, "owner");
    }
}
