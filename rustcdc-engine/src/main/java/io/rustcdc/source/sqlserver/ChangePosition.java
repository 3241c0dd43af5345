package io.rustcdc.source.sqlserver;

/**
 * The place of a row of a change table. Places of one transaction are ordered by the number of the command, then by the record in the
 * log, then by the operation, as the change tables' own index is.
 *
 * @param commit the LSN of the transaction's commit
 * @param command the number of the command in the transaction; {@link #NO_COMMAND} where the server did not note it
 * @param seqval the record in the log
 * @param operation 1 to 4: delete, insert, old and new row of an update
 */
record ChangePosition(Lsn commit, int command, Lsn seqval, int operation) implements Comparable<ChangePosition> {

    static final int NO_COMMAND = -1;

    static final int DELETE = 1;
    static final int INSERT = 2;
    static final int UPDATE_OLD = 3;
    static final int UPDATE_NEW = 4;

    boolean hasCommand() {
        return command != NO_COMMAND;
    }

    /** Whether the two are the old and the new row of one update. */
    boolean isOldOf(ChangePosition next) {
        return operation == UPDATE_OLD
                && next.operation == UPDATE_NEW
                && commit.equals(next.commit)
                && seqval.equals(next.seqval);
    }

    /** Compares as readers do that know of no commands: by the record in the log and the operation alone. */
    boolean isNotAfterInLog(Lsn otherSeqval, int otherOperation) {
        int order = seqval.compareTo(otherSeqval);
        return order < 0 || (order == 0 && operation <= otherOperation);
    }

    @Override
    public int compareTo(ChangePosition other) {
        int order = commit.compareTo(other.commit);
        if (order == 0) {
            order = Integer.compare(command, other.command);
        }
        if (order == 0) {
            order = seqval.compareTo(other.seqval);
        }
        return order != 0 ? order : Integer.compare(operation, other.operation);
    }

    @Override
    public String toString() {
        return commit + ":" + seqval + ":" + operation;
    }
}
