package io.rustcdc.source.postgres;

import io.rustcdc.event.Operation;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.postgres.PgOutputMessage.Column;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns the payload of one XLogData message into a {@link PgOutputMessage}: a pure function. Each length and count is
 * checked against the bytes that are there before anything is allocated for it, and nothing may be left over, so damaged
 * bytes are an error and never a guess.
 */
final class PgOutputDecoder {

    /** Microseconds count from 2000-01-01T00:00:00Z. */
    private static final long POSTGRES_EPOCH_SECONDS = 946_684_800L;

    private static final int SMALLEST_COLUMN = 10;

    private PgOutputDecoder() {}

    /**
     * @param in a big-endian buffer with an accessible array, from position to limit; its content must not change
     *     afterwards
     * @throws SourceException TERMINAL if this is no message of protocol version 1
     */
    static PgOutputMessage decode(ByteBuffer in) {
        char tag = '?';
        try {
            tag = (char) in.get();
            PgOutputMessage message = read(tag, in);
            if (in.hasRemaining() && !(message instanceof PgOutputMessage.RowChange)) {
                throw undecodable("message '%c' has %d bytes too many".formatted(tag, in.remaining()));
            }
            return message;
        } catch (BufferUnderflowException e) {
            throw undecodable("message '%c' ends too early".formatted(tag));
        }
    }

    static SourceException undecodable(String what) {
        return SourceException.terminal(
                "Undecodable pgoutput data: " + what,
                "Nothing after it can be read without a gap. Check that the server is PostgreSQL 14 or later and that "
                        + "no proxy alters the replication connection, and restart; if it comes again, report it with "
                        + "the server's version.");
    }

    private static PgOutputMessage read(char tag, ByteBuffer in) {
        return switch (tag) {
            case 'I' -> new PgOutputMessage.RowChange(Operation.INSERT, in.getInt(), in);
            case 'U' -> new PgOutputMessage.RowChange(Operation.UPDATE, in.getInt(), in);
            case 'D' -> new PgOutputMessage.RowChange(Operation.DELETE, in.getInt(), in);
            case 'B' ->
                new PgOutputMessage.Begin(in.getLong(), instant(in.getLong()), Integer.toUnsignedLong(in.getInt()));
            case 'C' -> commit(in);
            case 'R' -> relation(in);
            case 'Y' -> new PgOutputMessage.TypeName(in.getInt(), text(in), text(in));
            case 'T' -> truncate(in);
            case 'O' -> origin(in);
            case 'M' -> logicalMessage(in);
            case 'S', 'E', 'c', 'A', 'b', 'P', 'K', 'r', 'p' ->
                throw undecodable(
                        "message '%c' belongs to protocol version 2 or later, expected version 1".formatted(tag));
            default -> throw undecodable("message type 0x%02X is unknown".formatted((int) tag));
        };
    }

    private static PgOutputMessage commit(ByteBuffer in) {
        byte flags = in.get();
        if (flags != 0) {
            throw undecodable("COMMIT has flags %d, expected 0".formatted(flags));
        }
        PgOutputMessage commit = new PgOutputMessage.Commit(in.getLong(), in.getLong());
        in.getLong(); // the commit time, already known from BEGIN
        return commit;
    }

    private static PgOutputMessage relation(ByteBuffer in) {
        int id = in.getInt();
        String schema = text(in);
        String name = text(in);
        char identity = (char) in.get();
        int count = in.getShort() & 0xFFFF;
        if (count > in.remaining() / SMALLEST_COLUMN) {
            throw undecodable("RELATION claims %d columns in %d bytes".formatted(count, in.remaining()));
        }
        List<Column> columns = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            boolean key = (in.get() & 1) != 0;
            columns.add(new Column(key, text(in), in.getInt(), in.getInt()));
        }
        // An empty name stands for pg_catalog.
        return new PgOutputMessage.Relation(id, schema.isEmpty() ? "pg_catalog" : schema, name, identity, columns);
    }

    private static PgOutputMessage truncate(ByteBuffer in) {
        int count = in.getInt();
        in.get(); // CASCADE and RESTART IDENTITY say nothing about rows
        if (count < 0 || count > in.remaining() / Integer.BYTES) {
            throw undecodable("TRUNCATE claims %s relations in %d bytes"
                    .formatted(Integer.toUnsignedString(count), in.remaining()));
        }
        List<Integer> relations = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            relations.add(in.getInt());
        }
        return new PgOutputMessage.Truncate(relations);
    }

    private static PgOutputMessage origin(ByteBuffer in) {
        in.getLong(); // the commit LSN there means nothing here
        return new PgOutputMessage.Origin(text(in));
    }

    private static PgOutputMessage logicalMessage(ByteBuffer in) {
        byte flags = in.get();
        if (flags != 0 && flags != 1) {
            throw undecodable("MESSAGE has flags %d, expected 0 or 1".formatted(flags));
        }
        long lsn = in.getLong();
        String prefix = text(in);
        int length = in.getInt();
        if (length < 0 || length > in.remaining()) {
            throw undecodable("MESSAGE claims %s bytes, %d are there"
                    .formatted(Integer.toUnsignedString(length), in.remaining()));
        }
        in.position(in.position() + length);
        return new PgOutputMessage.LogicalMessage(flags == 1, lsn, prefix);
    }

    /** A text that ends with a zero byte. */
    private static String text(ByteBuffer in) {
        int from = in.position();
        while (in.get() != 0) {
            // up to the end of the text
        }
        int length = in.position() - 1 - from;
        return new String(in.array(), in.arrayOffset() + from, length, StandardCharsets.UTF_8);
    }

    private static Instant instant(long micros) {
        return Instant.ofEpochSecond(
                POSTGRES_EPOCH_SECONDS + Math.floorDiv(micros, 1_000_000), Math.floorMod(micros, 1_000_000) * 1000L);
    }
}
