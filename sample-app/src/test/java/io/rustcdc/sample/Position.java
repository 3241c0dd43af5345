package io.rustcdc.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * How far a checkpoint file says that the shop has come.
 *
 * @param done changes of the transaction that follows the position
 */
record Position(long lsn, long done, long committed) implements Comparable<Position> {

    private static final Comparator<Position> ORDER =
            Comparator.comparingLong(Position::lsn).thenComparingLong(Position::done);

    static Position read(Path sourceDirectory) throws IOException {
        Path file = sourceDirectory.resolve("checkpoint_postgres.json");
        JsonNode checkpoint = JsonMapper.shared().readTree(Files.readString(file));
        JsonNode offset = checkpoint.get("offset");
        return new Position(
                offset.get("lsn").asLong(),
                offset.path("tx_changes_done").asLong(0),
                checkpoint.get("committed_event_count").asLong());
    }

    @Override
    public int compareTo(Position other) {
        return ORDER.compare(this, other);
    }
}
