package io.rustcdc.deadletter;

import io.rustcdc.deadletter.DeadLetter.State;
import io.rustcdc.event.Offset;
import io.rustcdc.event.TableId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Forgets with the process: for tests, and beside a checkpoint that forgets with it, too. With a checkpoint that stays, letters would be
 * lost at each restart. Thread-safe.
 */
public final class MemoryDeadLetterStore implements DeadLetterStore {

    private static final String LOCATION = "memory";

    private final int maxLetters;
    private final TreeMap<Long, DeadLetter> letters = new TreeMap<>();
    private final Map<Name, Long> ids = new HashMap<>();
    private long lastId;

    private record Name(String listener, String position) {

        private static Name of(DeadLetter letter) {
            return new Name(letter.listener(), letter.position());
        }
    }

    /** @param maxLetters so many are kept, superseded ones included */
    public MemoryDeadLetterStore(int maxLetters) {
        if (maxLetters < 1) {
            throw new IllegalArgumentException("A store of dead letters must keep 1 or more, found " + maxLetters);
        }
        this.maxLetters = maxLetters;
    }

    @Override
    public String location() {
        return LOCATION;
    }

    @Override
    public synchronized Map<ParkedRow, Offset> parked() {
        Map<ParkedRow, Offset> oldest = new HashMap<>();
        matching(new Filter(null, null, State.PARKED))
                .forEach(letter -> letter.rows()
                        .forEach(row -> oldest.putIfAbsent(row, letter.event().offset())));
        return oldest;
    }

    @Override
    public synchronized boolean park(DeadLetter letter) {
        Long known = ids.get(Name.of(letter));
        if (known != null) {
            letters.computeIfPresent(known, (id, kept) -> kept.withState(letter.state()));
            return false;
        }
        if (letters.size() >= maxLetters) {
            throw DeadLetterException.full(LOCATION, maxLetters);
        }
        lastId++;
        letters.put(lastId, letter.withId(lastId));
        ids.put(Name.of(letter), lastId);
        return true;
    }

    @Override
    public synchronized List<DeadLetter> queue(ParkedRow row, int limit) {
        return matching(new Filter(row.listener(), row.table(), State.PARKED))
                .filter(letter -> letter.rows().contains(row))
                .limit(limit)
                .toList();
    }

    @Override
    public synchronized List<DeadLetter> list(Filter filter, int limit, long afterId) {
        return letters.tailMap(afterId, false).values().stream()
                .filter(filter::matches)
                .limit(limit)
                .toList();
    }

    @Override
    public synchronized Optional<DeadLetter> find(long id) {
        return Optional.ofNullable(letters.get(id));
    }

    @Override
    public synchronized long count() {
        return letters.size();
    }

    @Override
    public synchronized void failedAgain(long id, Failure failure) {
        letters.computeIfPresent(id, (key, letter) -> letter.withFailure(failure));
    }

    @Override
    public synchronized boolean remove(long id) {
        DeadLetter removed = letters.remove(id);
        if (removed != null) {
            ids.remove(Name.of(removed));
        }
        return removed != null;
    }

    @Override
    public synchronized int supersede(String listener, TableId table) {
        List<DeadLetter> before =
                matching(new Filter(listener, table, State.PARKED)).toList();
        before.forEach(letter -> letters.put(letter.id(), letter.withState(State.SUPERSEDED)));
        return before.size();
    }

    private Stream<DeadLetter> matching(Filter filter) {
        return letters.values().stream().filter(filter::matches);
    }
}
