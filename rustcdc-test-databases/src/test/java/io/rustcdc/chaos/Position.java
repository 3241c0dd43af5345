package io.rustcdc.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A place in the order of all changes: behind so many changes of the transaction that commits at this LSN. */
record Position(long commitLsn, long done) implements Comparable<Position> {

    private static final Comparator<Position> ORDER =
            Comparator.comparingLong(Position::commitLsn).thenComparingLong(Position::done);

    static final Position NONE = new Position(0, 0);

    /** What is saved; {@link #NONE} when nothing is. */
    static Position saved(Path directory) {
        Path file = directory.resolve("shop/checkpoint_postgres.json");
        if (!Files.exists(file)) {
            return NONE;
        }
        try {
            JsonNode offset =
                    JsonMapper.shared().readTree(Files.readString(file)).get("offset");
            return offset.has("tx_commit_lsn")
                    ? new Position(
                            offset.get("tx_commit_lsn").asLong(),
                            offset.get("tx_changes_done").asLong())
                    : new Position(offset.get("lsn").asLong(), 0);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public int compareTo(Position other) {
        return ORDER.compare(this, other);
    }
}
