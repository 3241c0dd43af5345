package io.rustcdc.source.postgres;

import io.rustcdc.source.SourceException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A catalog that says what a test wants, and remembers what it was asked. */
final class ScriptedCatalog implements TableLookup {

    final Map<Integer, TableFacts> atStart = new HashMap<>();
    final Map<Integer, TableFacts> now = new HashMap<>();
    final List<Integer> asked = new ArrayList<>();
    /** What asking ends with; null when it is answered. */
    @Nullable
    SourceException failure;

    private final Set<Integer> hidden = new HashSet<>();
    private final @Nullable TableFacts every;

    ScriptedCatalog() {
        this.every = null;
    }

    /** A catalog in which every table has this key. */
    ScriptedCatalog(String... key) {
        this.every = new TableFacts(List.of(key), true);
    }

    ScriptedCatalog key(int relation, String... key) {
        now.put(relation, new TableFacts(List.of(key), true));
        return this;
    }

    ScriptedCatalog hiddenKey(int relation, String... key) {
        hidden.add(relation);
        now.put(relation, new TableFacts(List.of(key), true));
        return this;
    }

    @Override
    public @Nullable TableFacts atStart(int relation) {
        return atStart.getOrDefault(relation, every);
    }

    @Override
    public @Nullable TableFacts now(int relation) {
        asked.add(relation);
        if (failure != null) {
            throw failure;
        }
        return now.getOrDefault(relation, every);
    }

    @Override
    public boolean sendsKey(int relation) {
        return !hidden.contains(relation);
    }
}
