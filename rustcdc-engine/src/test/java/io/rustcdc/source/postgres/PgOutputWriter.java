package io.rustcdc.source.postgres;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Writes pgoutput messages as the server does, each behind the 25 bytes of its XLogData header. */
final class PgOutputWriter {

    /** In place of a column's text: an unchanged TOAST value. */
    static final String UNCHANGED = new String("unchanged");

    static final int HEADER = 25;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(bytes);

    private PgOutputWriter(char tag) {
        write(() -> out.write(new byte[HEADER]));
        int8(tag);
    }

    static PgOutputWriter message(char tag) {
        return new PgOutputWriter(tag);
    }

    static ByteBuffer begin(long finalLsn, Instant time, int xid) {
        return message('B').int64(finalLsn).int64(micros(time)).int32(xid).bytes();
    }

    static ByteBuffer commit(long commitLsn, long endLsn, Instant time) {
        return message('C')
                .int8(0)
                .int64(commitLsn)
                .int64(endLsn)
                .int64(micros(time))
                .bytes();
    }

    /** Each column as {@code name type modifier}, those of the replica identity with a star in front of the name. */
    static ByteBuffer relation(int id, String schema, String name, char identity, String... columns) {
        PgOutputWriter message =
                message('R').int32(id).text(schema).text(name).int8(identity).int16(columns.length);
        for (String column : columns) {
            String[] parts = column.split(" ");
            boolean key = parts[0].startsWith("*");
            message.int8(key ? 1 : 0)
                    .text(key ? parts[0].substring(1) : parts[0])
                    .int32(Integer.parseUnsignedInt(parts[1]))
                    .int32(parts.length > 2 ? Integer.parseInt(parts[2]) : -1);
        }
        return message.bytes();
    }

    static ByteBuffer type(int id, String schema, String name) {
        return message('Y').int32(id).text(schema).text(name).bytes();
    }

    static ByteBuffer insert(int relation, @Nullable String... values) {
        return message('I').int32(relation).tuple('N', values).bytes();
    }

    static ByteBuffer update(int relation, @Nullable String... values) {
        return message('U').int32(relation).tuple('N', values).bytes();
    }

    static ByteBuffer delete(int relation, char kind, @Nullable String... values) {
        return message('D').int32(relation).tuple(kind, values).bytes();
    }

    static ByteBuffer truncate(int... relations) {
        PgOutputWriter message = message('T').int32(relations.length).int8(0);
        for (int relation : relations) {
            message.int32(relation);
        }
        return message.bytes();
    }

    static ByteBuffer logical(boolean transactional, long lsn, String content) {
        byte[] raw = content.getBytes(StandardCharsets.UTF_8);
        PgOutputWriter message =
                message('M').int8(transactional ? 1 : 0).int64(lsn).text("app");
        return message.int32(raw.length).raw(raw).bytes();
    }

    static ByteBuffer origin(String name) {
        return message('O').int64(7).text(name).bytes();
    }

    PgOutputWriter tuple(char kind, @Nullable String... values) {
        int8(kind).int16(values.length);
        for (String value : values) {
            if (value == null) {
                int8('n');
            } else if (value == UNCHANGED) {
                int8('u');
            } else {
                byte[] raw = value.getBytes(StandardCharsets.UTF_8);
                int8('t').int32(raw.length).raw(raw);
            }
        }
        return this;
    }

    PgOutputWriter int8(int value) {
        write(() -> out.writeByte(value));
        return this;
    }

    PgOutputWriter int16(int value) {
        write(() -> out.writeShort(value));
        return this;
    }

    PgOutputWriter int32(int value) {
        write(() -> out.writeInt(value));
        return this;
    }

    PgOutputWriter int64(long value) {
        write(() -> out.writeLong(value));
        return this;
    }

    PgOutputWriter text(String value) {
        return raw(value.getBytes(StandardCharsets.UTF_8)).int8(0);
    }

    PgOutputWriter raw(byte[] value) {
        write(() -> out.write(value));
        return this;
    }

    ByteBuffer bytes() {
        return ByteBuffer.wrap(bytes.toByteArray()).position(HEADER).slice();
    }

    /** A message of raw bytes, behind a header too. */
    static ByteBuffer of(byte[] payload) {
        byte[] whole = new byte[HEADER + payload.length];
        System.arraycopy(payload, 0, whole, HEADER, payload.length);
        return ByteBuffer.wrap(whole).position(HEADER).slice();
    }

    static byte[] payload(ByteBuffer message) {
        byte[] payload = new byte[message.remaining()];
        message.duplicate().get(payload);
        return payload;
    }

    private static long micros(Instant time) {
        return ChronoUnit.MICROS.between(Instant.parse("2000-01-01T00:00:00Z"), time);
    }

    private static void write(Write write) {
        try {
            write.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface Write {
        void run() throws IOException;
    }
}
