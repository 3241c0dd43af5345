package io.rustcdc.runtime;

import io.rustcdc.deadletter.DeadLetter;
import io.rustcdc.deadletter.DeadLetterStore.Filter;
import io.rustcdc.deadletter.ParkedRow;
import io.rustcdc.delivery.DeliveryAbortedException;
import io.rustcdc.delivery.LetterWork;
import io.rustcdc.event.CdcException;
import io.rustcdc.runtime.DeadLetters.Replayed;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Replays letters in the order of their ids, which is the order of each row. Once a letter of a row fails, the later ones of that row are
 * left, and so is all that stands behind these in another row.
 */
final class ReplayCommand implements DeadLetterCommand {

    private static final int PAGE = 100;

    final CompletableFuture<Replayed> result = new CompletableFuture<>();
    private final Filter filter;

    /** The rows that are wanted; null for all. */
    private final @Nullable Set<ParkedRow> rows;

    private final Set<ParkedRow> heldBack = new HashSet<>();
    private final ArrayDeque<DeadLetter> page = new ArrayDeque<>();
    private boolean begun;
    private long lastId = DeadLetter.NO_ID;
    private Replayed counts = new Replayed(0, 0, 0);

    /** @param rows null for all that the filter lets through; else rows of the one listener and table of the filter */
    ReplayCommand(Filter filter, @Nullable List<ParkedRow> rows) {
        this.filter = new Filter(filter.listener(), filter.table(), DeadLetter.State.PARKED);
        this.rows = rows == null ? null : new HashSet<>(rows);
    }

    @Override
    public boolean work(LetterWork letters, BooleanSupplier mayGoOn) throws DeliveryAbortedException {
        if (!begun && rows != null) {
            addRowsBeside(rows, letters);
        }
        begun = true;
        for (DeadLetter letter = next(letters); letter != null; letter = next(letters)) {
            replay(letter, letters);
            page.remove();
            lastId = letter.id();
            if (!mayGoOn.getAsBoolean()) {
                page.clear(); // until the next part, letters may be superseded
                return false;
            }
        }
        result.complete(counts);
        return true;
    }

    @Override
    public void giveUp(CdcException why) {
        result.completeExceptionally(why);
    }

    private @Nullable DeadLetter next(LetterWork letters) throws DeliveryAbortedException {
        if (page.isEmpty()) {
            page.addAll(letters.list(filter, PAGE, lastId));
        }
        return page.peek();
    }

    private void replay(DeadLetter letter, LetterWork letters) throws DeliveryAbortedException {
        List<ParkedRow> own = letter.rows();
        if (rows != null && Collections.disjoint(rows, own)) {
            return;
        }
        boolean waits = !Collections.disjoint(heldBack, own) || (rows != null && !rows.containsAll(own));
        if (!waits && letters.replay(letter)) {
            counts = new Replayed(counts.replayed() + 1, counts.failed(), counts.left());
            return;
        }
        heldBack.addAll(own);
        counts = waits
                ? new Replayed(counts.replayed(), counts.failed(), counts.left() + 1)
                : new Replayed(counts.replayed(), counts.failed() + 1, counts.left());
    }

    /** A change of a key stands in two queues, and both must come to it. */
    private void addRowsBeside(Set<ParkedRow> wanted, LetterWork letters) throws DeliveryAbortedException {
        List<List<ParkedRow>> pairs = new ArrayList<>();
        List<DeadLetter> some;
        long after = DeadLetter.NO_ID;
        do {
            some = letters.list(filter, PAGE, after);
            for (DeadLetter letter : some) {
                after = letter.id();
                if (letter.rows().size() > 1) {
                    pairs.add(letter.rows());
                }
            }
        } while (!some.isEmpty());
        while (pairs.removeIf(pair -> !Collections.disjoint(pair, wanted) && addAll(wanted, pair))) {
            // until no further row is beside a wanted one
        }
    }

    private static boolean addAll(Set<ParkedRow> wanted, List<ParkedRow> pair) {
        wanted.addAll(pair);
        return true;
    }
}
