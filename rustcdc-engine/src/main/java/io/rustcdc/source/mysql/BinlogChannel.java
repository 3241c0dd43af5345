package io.rustcdc.source.mysql;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The connection that the driver has opened, from where its client/server protocol is ours: commands out, packets in. A packet is a
 * length of 3 bytes, a sequence number, and so many bytes; one of 2^24-1 bytes is continued by the next. For one thread.
 */
final class BinlogChannel implements AutoCloseable {

    private static final int BUFFER_BYTES = 256 * 1024;
    private static final int PACKET_HEADER = 4;
    private static final int LARGEST_PACKET = 0xffffff;
    private static final int OK = 0x00;
    private static final int END = 0xfe;
    private static final int ERROR = 0xff;

    private final MySqlConnections.Opened opened;
    private final InputStream in;
    private final boolean tls;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int position;
    private int limit;

    /** A payload of which not all is in the buffer yet, or that has more than one packet. */
    private byte @Nullable [] partial;

    private int filled;
    private int packetLeft;
    private boolean continued;

    BinlogChannel(MySqlConnections.Opened opened) throws IOException {
        this.opened = opened;
        this.in = opened.carrier().getInputStream();
        this.tls = opened.carrier() != opened.socket();
    }

    MySqlSocket socket() {
        return opened.socket();
    }

    /** Sends a command. */
    void send(byte[] command) throws IOException {
        opened.carrier().getOutputStream().write(command);
        opened.carrier().getOutputStream().flush();
    }

    /** Waits for the answer to a command that has no other answer than yes or no. */
    void awaitOk() throws IOException, SQLException {
        while (true) {
            byte[] payload = nextPayload();
            if (payload != null) {
                requireNoError(payload);
                return;
            }
            fill();
        }
    }

    /**
     * Waits until something has arrived.
     *
     * @return false when nothing has in this time
     */
    boolean await(Duration wait) throws IOException {
        if (!(tls && in.available() > 0) && !opened.socket().awaitReadable(wait)) {
            return false;
        }
        fill();
        return true;
    }

    /**
     * The next event with its header and checksum, as far as it has arrived; null when it has not, or not as a whole.
     *
     * @throws SQLException what the server says instead of an event
     */
    byte @Nullable [] poll() throws IOException, SQLException {
        byte[] payload = nextPayload();
        if (payload == null) {
            return null;
        }
        requireNoError(payload);
        return payload;
    }

    /** The next payload; without its first byte where that says OK. */
    private byte @Nullable [] nextPayload() throws IOException {
        while (true) {
            byte[] open = partial;
            if (open != null) {
                int count = Math.min(packetLeft, limit - position);
                if (filled + count > open.length) {
                    open = Arrays.copyOf(open, grown(open.length, filled + packetLeft));
                    partial = open;
                }
                System.arraycopy(buffer, position, open, filled, count);
                position += count;
                filled += count;
                packetLeft -= count;
                if (packetLeft > 0) {
                    return null;
                }
                if (!continued) {
                    partial = null;
                    return filled == open.length ? open : Arrays.copyOf(open, filled);
                }
            }
            if (limit - position < PACKET_HEADER) {
                return null;
            }
            int length = LittleEndian.uint24(buffer, position);
            position += PACKET_HEADER;
            packetLeft = length;
            boolean first = !continued;
            continued = length == LARGEST_PACKET;
            if (first) {
                filled = 0;
                partial = new byte[Math.min(length, BUFFER_BYTES)];
            }
        }
    }

    /** Doubled, so that a payload of many packets is not copied for each; what arrives decides, not what is announced. */
    private static int grown(int now, int needed) {
        return (int) Math.min(Integer.MAX_VALUE - 8, Math.max(2L * now, Math.min(needed, now + (long) BUFFER_BYTES)));
    }

    private void requireNoError(byte[] payload) throws IOException, SQLException {
        if (payload.length == 0) {
            throw new IOException("the server sent an empty packet");
        }
        switch (payload[0] & 0xff) {
            case OK -> {}
            case ERROR -> throw failure(payload);
            case END -> throw new EOFException("the server has ended the stream");
            default ->
                throw new IOException("the server sent a packet of unknown kind 0x%02X".formatted(payload[0] & 0xff));
        }
    }

    private static SQLException failure(byte[] payload) {
        int code = payload.length < 3 ? 0 : LittleEndian.uint16(payload, 1);
        boolean hasState = payload.length >= 9 && payload[3] == '#';
        String state = hasState ? new String(payload, 4, 5, StandardCharsets.US_ASCII) : "HY000";
        int text = hasState ? 9 : Math.min(3, payload.length);
        return new SQLException(new String(payload, text, payload.length - text, StandardCharsets.UTF_8), state, code);
    }

    private void fill() throws IOException {
        if (position == limit) {
            position = 0;
            limit = 0;
        } else if (limit == buffer.length) {
            System.arraycopy(buffer, position, buffer, 0, limit - position);
            limit -= position;
            position = 0;
        }
        int count = in.read(buffer, limit, buffer.length - limit);
        if (count < 0) {
            throw new EOFException("the server has closed the connection");
        }
        limit += count;
    }

    @Override
    public void close() {
        opened.close();
    }
}
