package io.rustcdc.runtime;

import io.rustcdc.deadletter.DeadLetter;
import io.rustcdc.deadletter.DeadLetterException;
import io.rustcdc.deadletter.DeadLetterStore;
import io.rustcdc.deadletter.Failure;
import io.rustcdc.deadletter.MemoryDeadLetterStore;
import io.rustcdc.deadletter.ParkedRow;
import io.rustcdc.event.FailureKind;
import io.rustcdc.event.Offset;
import io.rustcdc.event.TableId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/** Dead letters in memory, with a record of what was done to them and failures on demand. */
final class RecordingLetters implements DeadLetterStore {

    final MemoryDeadLetterStore store;
    final List<String> calls;
    final ConcurrentLinkedQueue<FailureKind> before = new ConcurrentLinkedQueue<>();
    final ConcurrentLinkedQueue<FailureKind> after = new ConcurrentLinkedQueue<>();

    RecordingLetters(int maxLetters, List<String> calls) {
        this.store = new MemoryDeadLetterStore(maxLetters);
        this.calls = calls;
    }

    private <T> T call(String name, Supplier<T> call) {
        fail(before);
        T result = call.get();
        calls.add(name);
        fail(after);
        return result;
    }

    private static void fail(ConcurrentLinkedQueue<FailureKind> failures) {
        FailureKind failure = failures.poll();
        if (failure != null) {
            throw new DeadLetterException(failure, "The letters' disk is away", "Bring it back.", null);
        }
    }

    /** The numbers of the parked changes, in the order of the letters. */
    List<Integer> numbers() {
        return list(Filter.all(), Integer.MAX_VALUE, DeadLetter.NO_ID).stream()
                .map(letter -> (Integer) letter.event().afterRow().get("n"))
                .toList();
    }

    @Override
    public String location() {
        return store.location();
    }

    @Override
    public Map<ParkedRow, Offset> parked() {
        return call("parked", store::parked);
    }

    @Override
    public boolean park(DeadLetter letter) {
        return call("park " + letter.event().offset().text(), () -> store.park(letter));
    }

    @Override
    public List<DeadLetter> queue(ParkedRow row, int limit) {
        return store.queue(row, limit);
    }

    @Override
    public List<DeadLetter> list(Filter filter, int limit, long afterId) {
        return store.list(filter, limit, afterId);
    }

    @Override
    public Optional<DeadLetter> find(long id) {
        return store.find(id);
    }

    @Override
    public long count() {
        return store.count();
    }

    @Override
    public void failedAgain(long id, Failure failure) {
        store.failedAgain(id, failure);
    }

    @Override
    public boolean remove(long id) {
        return call("remove " + id, () -> store.remove(id));
    }

    @Override
    public int supersede(String listener, TableId table) {
        return call("supersede", () -> store.supersede(listener, table));
    }
}
