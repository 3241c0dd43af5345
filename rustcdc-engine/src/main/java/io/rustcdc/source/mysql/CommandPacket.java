package io.rustcdc.source.mysql;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** A command of the client/server protocol: a length, a sequence number of 0, and the command's own bytes. For one thread. */
final class CommandPacket {

    private static final int REGISTER_REPLICA = 0x15;
    private static final int BINLOG_DUMP = 0x12;
    private static final int BINLOG_DUMP_GTID = 0x1e;

    /** The position is a set of transactions, not a place in a file. */
    private static final int THROUGH_GTID = 0x04;

    private final ByteArrayOutputStream body = new ByteArrayOutputStream();

    private CommandPacket(int command) {
        body.write(command);
    }

    /**
     * Tells the server who reads, which others see in SHOW REPLICAS.
     *
     * @param name at most 60 bytes, which is all that every server takes
     */
    static byte[] register(long serverId, String name) {
        return new CommandPacket(REGISTER_REPLICA)
                .number(serverId, 4)
                .text(name)
                .text("")
                .text("")
                .number(0, 2)
                .number(0, 4)
                .number(0, 4)
                .toBytes();
    }

    /** Asks for all events from a place in a file on; without a file from where session variables say. */
    static byte[] dump(long serverId, String file, long position) {
        CommandPacket packet =
                new CommandPacket(BINLOG_DUMP).number(position, 4).number(0, 2).number(serverId, 4);
        packet.body.writeBytes(file.getBytes(StandardCharsets.UTF_8));
        return packet.toBytes();
    }

    /** Asks for all transactions that are not in the set. */
    static byte[] dumpWithout(long serverId, byte[] executed) {
        CommandPacket packet = new CommandPacket(BINLOG_DUMP_GTID)
                .number(THROUGH_GTID, 2)
                .number(serverId, 4)
                .number(0, 4)
                .number(BinlogPosition.FIRST, 8)
                .number(executed.length, 4);
        packet.body.writeBytes(executed);
        return packet.toBytes();
    }

    private CommandPacket number(long value, int bytes) {
        for (int i = 0; i < bytes; i++) {
            body.write((int) (value >>> (8 * i)));
        }
        return this;
    }

    private CommandPacket text(String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        body.write(bytes.length);
        body.writeBytes(bytes);
        return this;
    }

    private byte[] toBytes() {
        byte[] content = body.toByteArray();
        byte[] packet = new byte[content.length + 4];
        packet[0] = (byte) content.length;
        packet[1] = (byte) (content.length >>> 8);
        packet[2] = (byte) (content.length >>> 16);
        System.arraycopy(content, 0, packet, 4, content.length);
        return packet;
    }
}
