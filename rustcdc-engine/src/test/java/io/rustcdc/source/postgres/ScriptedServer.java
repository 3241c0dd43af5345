package io.rustcdc.source.postgres;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A log of transactions that is sent as a walsender sends it: whole transactions in the order of their commits, those that
 * commit at or after the start position, and on each connection a description before the first change that uses it.
 */
final class ScriptedServer {

    private final List<Scripted> transactions = new ArrayList<>();

    /** A transaction whose changes stand at the given LSN, each ten bytes after the one before. */
    Scripted transaction(int xid, long firstLsn, long commitLsn) {
        Scripted transaction = new Scripted(xid, firstLsn, commitLsn);
        transactions.add(transaction);
        return transaction;
    }

    List<Message> connect(long startLsn) {
        List<Message> messages = new ArrayList<>();
        Map<Integer, String> described = new HashMap<>();
        for (Scripted transaction : transactions) {
            if (!Lsn.isBefore(transaction.commitLsn, startLsn)) {
                transaction.send(described, messages);
            }
        }
        return messages;
    }

    record Message(ByteBuffer bytes, long lsn) {}

    /** @param table the relation, 0 for a message; @param column the name of its second column then */
    private record Change(char kind, int table, String column, String value) {}

    static final class Scripted {

        private final int xid;
        private final long firstLsn;
        private final long commitLsn;
        private final List<Change> changes = new ArrayList<>();

        private Scripted(int xid, long firstLsn, long commitLsn) {
            this.xid = xid;
            this.firstLsn = firstLsn;
            this.commitLsn = commitLsn;
        }

        Scripted insert(int table, String column) {
            changes.add(new Change('I', table, column, xid + "." + changes.size()));
            return this;
        }

        Scripted logical() {
            changes.add(new Change('M', 0, "", ""));
            return this;
        }

        /** Both tables at once: two changes. */
        Scripted truncate(String column) {
            changes.add(new Change('T', Assembly.ORDERS, column, ""));
            return this;
        }

        private void send(Map<Integer, String> described, List<Message> messages) {
            messages.add(new Message(PgOutputWriter.begin(commitLsn, Assembly.TIME, xid), firstLsn));
            long lsn = firstLsn;
            for (Change change : changes) {
                if (change.table != 0) {
                    describe(change.table, change.column, described, messages);
                }
                if (change.kind == 'T') {
                    describe(Assembly.NOISE, "note", described, messages);
                }
                messages.add(new Message(bytes(change, lsn), lsn));
                lsn += 10;
            }
            long end = commitLsn + 5;
            messages.add(new Message(PgOutputWriter.commit(commitLsn, end, Assembly.TIME), end));
        }

        private static void describe(int table, String column, Map<Integer, String> described, List<Message> messages) {
            if (!column.equals(described.put(table, column))) {
                String name = table == Assembly.ORDERS ? "orders" : "noise";
                messages.add(
                        new Message(PgOutputWriter.relation(table, "public", name, 'd', "*id 20", column + " 25"), 0));
            }
        }

        private static ByteBuffer bytes(Change change, long lsn) {
            return switch (change.kind) {
                case 'I' -> PgOutputWriter.insert(change.table, String.valueOf(lsn), change.value);
                case 'T' -> PgOutputWriter.truncate(Assembly.ORDERS, Assembly.NOISE);
                default -> PgOutputWriter.logical(true, lsn, "hello");
            };
        }
    }
}
