package io.rustcdc.delivery;

import java.sql.Connection;
import org.jspecify.annotations.Nullable;

/**
 * The transactions that listener calls share with the save of their checkpoint. Used by the delivery thread only.
 *
 * <p>Why a change is handled exactly once, as far as listeners write to the database of the transaction: what they write and the
 * checkpoint behind it become durable in one commit. Whatever line the process dies at, the database has both or none, and the
 * next start goes on at the checkpoint that it finds. The source is told only after the commit, so it still has all that is not in
 * it.
 */
@FunctionalInterface
public interface DeliveryTransaction {

    /** Begins a transaction, does the work in it on the calling thread, and commits it if the work returns. Never throws. */
    Outcome execute(Work work);

    /** What is done in a transaction. */
    @FunctionalInterface
    interface Work {

        /** @throws Exception to have it rolled back */
        void run(Open transaction) throws Exception;
    }

    /** A transaction that is under way. */
    @FunctionalInterface
    interface Open {

        /**
         * The connection that the transaction runs on, for its last statement: what is still kept in memory to be written is
         * written before. Not to be committed, rolled back or closed by the caller.
         *
         * @throws RuntimeException if what was still to be written cannot be, or the transaction can only be rolled back
         */
        Connection connection();
    }

    /**
     * How a transaction ended.
     *
     * @param cause why it is not committed; null when it is
     */
    record Outcome(End end, @Nullable Throwable cause) {

        /** The work was done and is durable. */
        public static final Outcome COMMITTED = new Outcome(End.COMMITTED, null);

        public Outcome {
            if ((end == End.COMMITTED) != (cause == null)) {
                throw new IllegalArgumentException("A cause belongs to what is not committed, and only to that");
            }
        }

        /** Nothing was done: there was no transaction to do it in. */
        public static Outcome notBegun(Throwable cause) {
            return new Outcome(End.NOT_BEGUN, cause);
        }

        /** Nothing that was done is or will be durable. */
        public static Outcome rolledBack(Throwable cause) {
            return new Outcome(End.ROLLED_BACK, cause);
        }

        /** The commit was sent, and what became of it is not known. It may still be done later. */
        public static Outcome unknown(Throwable cause) {
            return new Outcome(End.UNKNOWN, cause);
        }
    }

    /** The ends that a transaction can come to. */
    enum End {
        COMMITTED,
        NOT_BEGUN,
        ROLLED_BACK,
        UNKNOWN
    }
}
