package io.rustcdc.source.sqlserver;

import io.rustcdc.event.TableId;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.sqlserver.ChangeCatalog.Segment;
import io.rustcdc.source.sqlserver.TableVersions.DefinitionStatement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The capture instances that are read, and which of them has a table's changes at which place of the log. A table may have two: then
 * the older one counts before the start of the newer one, and the newer one from there on. For one thread.
 */
final class InstanceSet {

    private static final Logger logger = LoggerFactory.getLogger(InstanceSet.class);

    private final SqlServerOptions options;
    private final PositionLost lost;
    /** Where each instance started when it was seen first; the clean-up moves what the catalog says. */
    private final Map<String, Lsn> starts = new HashMap<>();

    private final Map<String, TableVersions> versions = new HashMap<>();
    private Map<TableId, List<CaptureInstance>> tables = Map.of();
    private List<DefinitionStatement> statements = List.of();
    private KnownInstances saved;
    private @Nullable KnownInstances last;
    private boolean begun;
    private Map<TableId, String> lineages = Map.of();

    /** @param saved what the position to begin at was reached with; null when there is none */
    InstanceSet(SqlServerOptions options, PositionLost lost, @Nullable KnownInstances saved) {
        this.options = options;
        this.lost = lost;
        this.saved = saved == null ? KnownInstances.NONE : saved;
    }

    /**
     * Takes what the catalog says now.
     *
     * @param current the instances of the wanted tables, the oldest first
     * @param done everything up to here was read
     * @param gapAccepted whether missing changes are no reason to stop
     * @throws SourceException of kind POSITION_LOST if changes behind {@code done} are missing
     */
    void update(List<CaptureInstance> current, List<DefinitionStatement> history, Lsn done, boolean gapAccepted) {
        Map<TableId, List<CaptureInstance>> next = byTable(current);
        for (Map.Entry<TableId, List<CaptureInstance>> table : next.entrySet()) {
            if (isKnown(table.getKey()) && !gapAccepted) {
                requireWhole(table.getKey(), table.getValue(), done);
            }
        }
        reportGone(next);
        reportStatements(current, history);
        keepLineages(next);
        Set<String> present = new HashSet<>();
        for (CaptureInstance instance : current) {
            present.add(instance.identity());
            starts.putIfAbsent(instance.identity(), instance.start());
        }
        starts.keySet().retainAll(present);
        tables = next;
        statements = List.copyOf(history);
        versions.keySet().retainAll(present);
        refreshVersions(current);
        last = null;
        begun = true;
        saved = KnownInstances.NONE;
    }

    /** Whoever reads the rows of a table must know whether its changes came without a gap. */
    private void keepLineages(Map<TableId, List<CaptureInstance>> next) {
        Map<TableId, String> kept = new HashMap<>();
        next.forEach((table, instances) -> {
            String before = begun ? lineages.get(table) : saved.lineage(table);
            kept.put(table, before == null ? instances.get(0).identity() : before);
        });
        lineages = Map.copyOf(kept);
    }

    /** Of each table the instance that its changes came from first, without a gap since. */
    Map<TableId, String> lineages() {
        return lineages;
    }

    private void refreshVersions(List<CaptureInstance> current) {
        for (CaptureInstance instance : current) {
            TableVersions old = versions.get(instance.identity());
            TableVersions fresh = new TableVersions(instance, statementsOf(instance));
            if (old == null || !old.newest().schema().equals(fresh.newest().schema())) {
                versions.put(instance.identity(), fresh);
            }
        }
    }

    private List<DefinitionStatement> statementsOf(CaptureInstance instance) {
        return statements.stream()
                .filter(statement -> statement.changeTableId() == instance.changeTableId())
                .toList();
    }

    private boolean isKnown(TableId table) {
        return begun ? tables.containsKey(table) : saved.hasTable(table);
    }

    private void requireWhole(TableId table, List<CaptureInstance> instances, Lsn done) {
        CaptureInstance purged = null;
        for (CaptureInstance instance : instances) {
            if (isReadable(instance, done)) {
                return;
            }
            if (starts.containsKey(instance.identity()) || saved.has(instance)) {
                purged = instance;
            }
        }
        throw purged == null ? lost.createdAgain(table, instances.get(0), done) : lost.purged(purged, done);
    }

    /** Whether its change table has all that comes next of its table. */
    private boolean isReadable(CaptureInstance instance, Lsn done) {
        Lsn start = starts.get(instance.identity());
        return instance.start().compareTo(done.next()) <= 0
                || (start != null && instance.start().compareTo(start) <= 0);
    }

    private static Map<TableId, List<CaptureInstance>> byTable(Collection<CaptureInstance> instances) {
        Map<TableId, List<CaptureInstance>> tables = new LinkedHashMap<>();
        for (CaptureInstance instance : instances) {
            tables.computeIfAbsent(instance.table(), table -> new ArrayList<>()).add(instance);
        }
        return tables;
    }

    private void reportGone(Map<TableId, List<CaptureInstance>> next) {
        Set<String> gone = new TreeSet<>(
                begun ? tables.keySet().stream().map(TableId::qualifiedName).toList() : saved.tables());
        next.keySet().forEach(table -> gone.remove(table.qualifiedName()));
        if (!gone.isEmpty()) {
            logger.warn(
                    "Source '{}': these tables are not captured any more, their capture instances were removed: {}. What happens to them from here on is not delivered; to capture one again: EXEC sys.sp_cdc_enable_table",
                    options.sourceName(),
                    gone);
        }
        if (begun) {
            next.keySet().stream()
                    .filter(table -> !tables.containsKey(table))
                    .forEach(table -> logger.info(
                            "Source '{}': table '{}' is captured from now on", options.sourceName(), table));
        }
    }

    private void reportStatements(List<CaptureInstance> current, List<DefinitionStatement> history) {
        if (!begun) {
            return;
        }
        for (DefinitionStatement statement : history) {
            if (statements.contains(statement)) {
                continue;
            }
            current.stream()
                    .filter(instance -> instance.changeTableId() == statement.changeTableId())
                    .findFirst()
                    .ifPresent(instance -> report(instance, statement));
        }
    }

    private void report(CaptureInstance instance, DefinitionStatement statement) {
        if (statement.addsColumn()) {
            logger.warn(
                    "Source '{}': table '{}' was changed by: {}. The capture instance '{}' does not see columns that were added. {}",
                    options.sourceName(),
                    instance.table(),
                    statement.text(),
                    instance.name(),
                    Remedies.secondInstance(instance).text());
        } else if (statement.movesRows()) {
            logger.warn(
                    "Source '{}': rows of table '{}' were moved by: {}. SQL Server does not capture that, so no event tells of these rows",
                    options.sourceName(),
                    instance.table(),
                    statement.text());
        }
    }

    /** Which part of a window is read from which instance; parts that are empty are left out. */
    List<Segment> segments(Lsn after, Lsn upTo) {
        List<Segment> segments = new ArrayList<>();
        for (List<CaptureInstance> instances : tables.values()) {
            List<CaptureInstance> ordered = instances.stream()
                    .sorted(Comparator.comparing(this::start)) // stable: of two with one start the newer one comes last
                    .toList();
            for (int i = 0; i < ordered.size(); i++) {
                Lsn low = Lsn.max(after, start(ordered.get(i)).previous());
                Lsn high = i + 1 < ordered.size()
                        ? Lsn.min(upTo, start(ordered.get(i + 1)).previous())
                        : upTo;
                if (low.isBefore(high)) {
                    segments.add(new Segment(ordered.get(i), low, high));
                }
            }
        }
        return segments;
    }

    private Lsn start(CaptureInstance instance) {
        return Objects.requireNonNull(starts.get(instance.identity()));
    }

    TableVersions versions(CaptureInstance instance) {
        return Objects.requireNonNull(versions.get(instance.identity()));
    }

    /** The statement that most likely made the shape which a table has at a place; null when none is known. */
    @Nullable
    String statementBefore(TableId table, Lsn commit) {
        Set<Integer> ids = tables.getOrDefault(table, List.of()).stream()
                .map(CaptureInstance::changeTableId)
                .collect(Collectors.toSet());
        String text = null;
        for (DefinitionStatement statement : statements) {
            if (ids.contains(statement.changeTableId()) && statement.lsn().isBefore(commit)) {
                text = statement.text();
            }
        }
        return text;
    }

    /** What goes with a position up to which all was read: the instances that it has reached. */
    KnownInstances known(Lsn done) {
        KnownInstances known = last;
        if (known == null) {
            Map<TableId, List<String>> reached = new HashMap<>();
            boolean all = true;
            for (Map.Entry<TableId, List<CaptureInstance>> table : tables.entrySet()) {
                for (CaptureInstance instance : table.getValue()) {
                    boolean here = start(instance).compareTo(done.next()) <= 0;
                    all &= here;
                    if (here) {
                        reached.computeIfAbsent(
                                        table.getKey(), id -> new ArrayList<>(List.of(lineages.getOrDefault(id, ""))))
                                .add(instance.identity());
                    }
                }
            }
            known = KnownInstances.of(reached);
            last = all ? known : null;
        }
        return known;
    }

    boolean isEmpty() {
        return tables.isEmpty();
    }
}
