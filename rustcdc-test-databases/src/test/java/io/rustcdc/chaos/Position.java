package io.rustcdc.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * A place in the order of all changes: in this file of the log, if it has files, behind so many changes of the transaction, or
 * the part of one, that ends at this place.
 */
record Position(long file, long place, long done) implements Comparable<Position> {

    private static final Comparator<Position> ORDER = Comparator.comparingLong(Position::file)
            .thenComparingLong(Position::place)
            .thenComparingLong(Position::done);

    static final Position NONE = new Position(0, 0, 0);

    /** The place of an offset. */
    static Position of(Map<String, ?> offset) {
        if (offset.containsKey("binlog_file")) {
            return binlog(offset);
        }
        if (offset.containsKey("cursor")) {
            return changeTables(offset);
        }
        return offset.containsKey("tx_commit_lsn")
                ? new Position(0, number(offset, "tx_commit_lsn"), number(offset, "tx_changes_done"))
                : new Position(0, number(offset, "lsn"), 0);
    }

    /** The commit's LSN has ten bytes; behind it all changes of the transaction are done. */
    private static Position changeTables(Map<String, ?> offset) {
        String lsn = ((String) offset.get("cursor")).substring(2, 22);
        return new Position(
                Long.parseLong(lsn.substring(0, 8), 16),
                Long.parseLong(lsn.substring(8), 16),
                offset.containsKey("tx_changes_done") ? number(offset, "tx_changes_done") : Long.MAX_VALUE);
    }

    /** Where a transaction begins depends on where its reader began. Where its rows end does not. */
    private static Position binlog(Map<String, ?> offset) {
        String name = (String) offset.get("binlog_file");
        long file = Long.parseLong(name.substring(name.lastIndexOf('.') + 1));
        return offset.containsKey("tx_changes_done")
                ? new Position(file, number(offset, "tx_last_change_pos"), number(offset, "tx_changes_done"))
                : new Position(file, number(offset, "binlog_pos"), Long.MAX_VALUE);
    }

    /** What is saved; {@link #NONE} when nothing is. */
    static Position saved(Path directory) {
        Path source = directory.resolve("shop");
        if (!Files.exists(source)) {
            return NONE;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(source, "checkpoint_*.json")) {
            for (Path file : files) {
                return of(offset(file));
            }
            return NONE;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @SuppressWarnings("unchecked") // docs/checkpoints.md: the offset is an object
    private static Map<String, ?> offset(Path file) throws IOException {
        return (Map<String, ?>)
                JsonMapper.shared().readValue(Files.readString(file), Map.class).get("offset");
    }

    private static long number(Map<String, ?> offset, String field) {
        return ((Number) offset.get(field)).longValue();
    }

    @Override
    public int compareTo(Position other) {
        return ORDER.compare(this, other);
    }
}
