package io.rustcdc.source.mysql;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Where the stream is in the server's files. Events say where they end by 32 bits only, while a file grows beyond that when one
 * transaction is larger; so the upper bits are counted. For one thread.
 */
final class LogPlace {

    private static final long WRAP = 1L << 32;

    private final @Nullable BinlogPosition floor;
    private @Nullable BinlogPosition known;
    private String file = "";
    private long end;
    private long start;

    /**
     * @param start what the stream begins behind, wherever the server begins to look for it; null where that is a place on
     *     another server
     */
    LogPlace(@Nullable BinlogPosition start) {
        this.floor = start;
    }

    /** Takes note of an event that is about to be looked at. */
    void pass(BinlogEvent event) {
        if (event.isArtificial() || event.nextPosition() == 0) {
            return;
        }
        long next = (end & -WRAP) | event.nextPosition();
        if (next < end) {
            if (event.type() == EventType.FORMAT_DESCRIPTION) {
                return; // the file's own, sent again before its middle
            }
            next += WRAP;
        }
        end = next;
        start = next - event.size();
    }

    /** The server is at this place of a file: at its beginning, or where it was asked to begin. */
    void rotate(BinlogEvent event) {
        if (event.bodySize() < 9) {
            throw EventFraming.damaged("the name of the next file is missing");
        }
        String next = new String(event.bytes(), event.bodyStart() + 8, event.bodySize() - 8, StandardCharsets.UTF_8);
        long offset = LittleEndian.int64(event.bytes(), event.bodyStart());
        try {
            known = new BinlogPosition(next, offset);
        } catch (IllegalArgumentException e) {
            throw EventFraming.damaged("a file begins that is none: " + e.getMessage());
        }
        file = next;
        end = offset;
        start = offset;
    }

    /** While nothing happens the server tells how far it has read and sent. */
    void heartbeat(BinlogEvent event) {
        String named = new String(event.bytes(), event.bodyStart(), event.bodySize(), StandardCharsets.UTF_8);
        if (named.equals(file) && event.nextPosition() > end) {
            end = event.nextPosition();
        }
    }

    /** Behind the last event, and never before where the stream began; null before anything is known. */
    @Nullable
    BinlogPosition position() {
        BinlogPosition here = known;
        if (here != null && here.offset() != end) {
            here = here.at(end);
            known = here;
        }
        return floor != null && (here == null || here.isBefore(floor)) ? floor : here;
    }

    /** Where the last event begins, be it before where the stream began. */
    BinlogPosition begin() {
        if (file.isEmpty()) {
            throw EventFraming.damaged("events come before the name of their file");
        }
        return new BinlogPosition(file, Math.max(start, BinlogPosition.FIRST));
    }

    /** Where the last event begins in its file. */
    long start() {
        return start;
    }

    /** Where the last event ends in its file. */
    long end() {
        return end;
    }
}
