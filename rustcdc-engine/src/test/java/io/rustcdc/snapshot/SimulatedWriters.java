package io.rustcdc.snapshot;

import io.rustcdc.event.Operation;
import io.rustcdc.snapshot.SimulatedDatabase.Change;
import io.rustcdc.snapshot.SimulatedDatabase.Stored;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Writes random transactions: hot keys, moved keys, deletes, re-inserts, updates that do not send the bio, TRUNCATE. */
final class SimulatedWriters {

    private final SimulatedDatabase database;
    private final Random random;
    private final int keys;

    SimulatedWriters(SimulatedDatabase database, Random random, int keys) {
        this.database = database;
        this.random = random;
        this.keys = keys;
    }

    void commitOne() {
        if (database.isLockedWhole()) {
            return;
        }
        List<Change> changes = new ArrayList<>();
        Map<Integer, Stored> own = new HashMap<>();
        database.unlocked().forEach(row -> own.put(row.id(), row));
        if (random.nextInt(200) == 0 && !database.hasLocks()) {
            changes.add(new Change(Operation.TRUNCATE, null, null, true));
            own.clear();
        }
        int count = 1 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            Change change = change(own);
            if (change != null) {
                changes.add(change);
            }
        }
        if (!changes.isEmpty()) {
            database.commit(changes);
        }
    }

    private @Nullable Change change(Map<Integer, Stored> own) {
        int id = random.nextBoolean() ? random.nextInt(keys) : random.nextInt(5);
        Stored old = own.get(id);
        if (old == null) {
            return database.isFree(id) ? insert(id, own) : null;
        }
        int other = random.nextInt(keys);
        switch (random.nextInt(6)) {
            case 0 -> {
                own.remove(id);
                return new Change(Operation.DELETE, old, null, true);
            }
            case 1 -> {
                boolean free = database.isFree(other) && !own.containsKey(other);
                return update(old, free ? other : id, random.nextBoolean(), own);
            }
            case 2 -> {
                return update(old, id, true, own);
            }
            default -> {
                return update(old, id, false, own);
            }
        }
    }

    private Change insert(int id, Map<Integer, Stored> own) {
        long version = database.nextVersion();
        Stored row = new Stored(id, version, "bio " + version);
        own.put(id, row);
        return new Change(Operation.INSERT, null, row, true);
    }

    private Change update(Stored old, int id, boolean newBio, Map<Integer, Stored> own) {
        long version = database.nextVersion();
        Stored row = new Stored(id, version, newBio ? "bio " + version : old.bio());
        own.remove(old.id());
        own.put(id, row);
        return new Change(Operation.UPDATE, old, row, newBio);
    }
}
