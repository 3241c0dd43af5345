package io.rustcdc.chaos;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An audit by the numbers of the transactions, which the changes carry. */
final class TransactionAudit implements Audit {

    private final Map<Long, Deque<Audited>> transactions = new HashMap<>();

    /** In the order of the changes. */
    TransactionAudit(List<Audited> changes) {
        changes.forEach(change -> transactions
                .computeIfAbsent(change.transaction(), number -> new ArrayDeque<>())
                .add(change));
    }

    @Override
    public @Nullable Audited take(Applied change) {
        Deque<Audited> transaction = transactions.get(change.xid());
        return transaction == null ? null : transaction.poll();
    }

    @Override
    public int left(long transaction) {
        return transactions.get(transaction).size();
    }

    @Override
    public List<Audited> left() {
        List<Audited> left = new ArrayList<>();
        transactions.values().forEach(left::addAll);
        return left;
    }

    @Override
    public String row(Map<String, @Nullable String> row) {
        return Digest.row(row);
    }
}
