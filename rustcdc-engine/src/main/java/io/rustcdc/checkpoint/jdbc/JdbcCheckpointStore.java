package io.rustcdc.checkpoint.jdbc;

import io.rustcdc.checkpoint.Checkpoint;
import io.rustcdc.checkpoint.CheckpointArchive;
import io.rustcdc.checkpoint.CheckpointException;
import io.rustcdc.checkpoint.CheckpointText;
import io.rustcdc.checkpoint.ForwardOnly;
import io.rustcdc.checkpoint.LeaseConflictException;
import io.rustcdc.checkpoint.LeaseLostException;
import io.rustcdc.checkpoint.SharedCheckpointStore;
import io.rustcdc.checkpoint.StaleCheckpointException;
import io.rustcdc.checkpoint.StoredCheckpoint;
import io.rustcdc.checkpoint.TransactionalCheckpointStore;
import io.rustcdc.checkpoint.Wish;
import io.rustcdc.checkpoint.jdbc.CheckpointTable.Row;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.FailureKind;
import io.rustcdc.event.TableId;
import io.rustcdc.schema.AcknowledgedSchema;
import io.rustcdc.source.OffsetFormat;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the checkpoint of one source in a row of a database, which several instances share. Made by {@link JdbcCheckpoints}.
 *
 * <p>Why no crash at any moment loses the checkpoint or damages it: a save is one UPDATE, which the database does as a whole or
 * not at all. Why no two instances save: an UPDATE names the token of its writer's lease, tokens only grow, and whoever
 * wins a lease puts its token into the row before it reads it. So after that reading no earlier owner writes any more, however
 * long it has been frozen and wherever; and what it wrote before was read. Where the answer to a save is lost, nobody knows
 * whether it was done; the next save looks at the row first.
 *
 * <p>Thread-safe.
 */
public final class JdbcCheckpointStore
        implements SharedCheckpointStore, TransactionalCheckpointStore, CheckpointArchive {

    private static final Logger logger = LoggerFactory.getLogger(JdbcCheckpointStore.class);

    private final String source;
    private final JdbcCheckpoints place;
    private final CheckpointTable table;
    private final ArchiveTable archive;
    private final CheckpointText text;

    /** The name under which this store owns the lease. */
    private final String owner = Instance.newOwner();

    private final AtomicInteger passed = new AtomicInteger();
    private volatile @Nullable HeldLease lease;

    /** What the row holds, as far as this owner knows; null until it is read, and where a save has had no answer. */
    private @Nullable Row known;

    private @Nullable Checkpoint current;

    /** Whether a save without an answer may still come to be done. */
    private boolean unsettled;

    JdbcCheckpointStore(EventSource source, OffsetFormat format, JdbcCheckpoints place) {
        this.source = source.name();
        this.place = place;
        this.table = new CheckpointTable(place.options());
        this.archive = new ArchiveTable(place.options());
        this.text = place.text(source, format);
    }

    @Override
    public String location() {
        return "row '%s' of table '%s'".formatted(source, place.options().checkpointTable());
    }

    @Override
    public synchronized void acquire() {
        known = null;
        current = null;
        unsettled = false;
        HeldLease won = null;
        boolean fenced = false;
        try {
            won = place.leases().acquire(source, owner, passed).orElse(null);
            if (won == null) {
                throw conflict(place.leases().owner(source).orElse("unknown"));
            }
            fenced = fence(won);
            if (!fenced) {
                throw conflict("unknown");
            }
            lease = won;
        } catch (SQLException e) {
            throw place.failure("The lease of source '%s' could not be acquired".formatted(source), e);
        } finally {
            if (won != null && !fenced) {
                place.leases().release(won);
            }
        }
    }

    private boolean fence(HeldLease won) throws SQLException {
        try (Connection connection = place.leases().connection().another()) {
            return table.fence(connection, Dialect.of(connection), won);
        }
    }

    private LeaseConflictException conflict(String other) {
        return new LeaseConflictException(
                "checkpoint owner lease conflict for '%s': lock owned by pid %s"
                        .formatted(location(), Instance.pid(other)),
                "It belongs to %s. This instance stands by and takes over when that one stops or gives no sign of life for %d ms."
                        .formatted(
                                Instance.shown(other),
                                place.options().leaseDuration().toMillis()));
    }

    @Override
    public synchronized void release() {
        HeldLease held = lease;
        if (held != null) {
            lease = null;
            place.leases().release(held);
        }
    }

    @Override
    public boolean tookOver() {
        HeldLease held = lease;
        return held != null && held.takenOver();
    }

    @Override
    public void confirmLease() {
        try {
            place.leases().confirm(requireHeld());
        } catch (SQLException e) {
            throw place.failure("Whether source '%s' still has its lease is not known".formatted(source), e);
        }
    }

    @Override
    public boolean isLeaseLost() {
        HeldLease held = lease;
        return held != null && held.isLost();
    }

    @Override
    public Duration pollInterval() {
        return place.pollInterval();
    }

    @Override
    public Wish wish() {
        HeldLease held = lease;
        if (held != null && !held.isLost()) {
            return held.wish();
        }
        try {
            return place.leases().wish(source);
        } catch (SQLException e) {
            throw place.failure("The wish for source '%s' could not be read".formatted(source), e);
        }
    }

    @Override
    public boolean wish(Set<Wish> from, Wish to, @Nullable String requestedBy) {
        try {
            return place.leases().wish(source, new LeaseTable.Change(from, to, requestedBy));
        } catch (SQLException e) {
            throw place.failure("The wish for source '%s' could not be written".formatted(source), e);
        }
    }

    @Override
    public synchronized Optional<Checkpoint> load() {
        Optional<Checkpoint> loaded = look().checkpoint();
        if (loaded.isPresent() && loaded.get().operatorSeed()) {
            logger.warn(
                    "The checkpoint of source '{}' in table '{}' has no field 'content_checksum': it is taken as written by an operator, offset {}",
                    source,
                    place.options().checkpointTable(),
                    loaded.get().offset().text());
        }
        return loaded;
    }

    @Override
    public synchronized Map<TableId, AcknowledgedSchema> loadSchemas() {
        String schemas = look().row().schemas();
        return schemas == null ? Map.of() : text.decodeSchemas(bytes(schemas));
    }

    private record Found(Row row, Optional<Checkpoint> checkpoint) {}

    /** Reads the row; for the owner, that is what it knows from now on. */
    private Found look() {
        try {
            return look(place.read(connection -> table.read(connection, source)));
        } catch (SQLException e) {
            throw place.failure("The checkpoint of source '%s' could not be read".formatted(source), e);
        }
    }

    private Found look(Optional<Row> read) {
        Row row = read.orElse(new Row(0, 0, null, null));
        String stored = row.checkpoint();
        Optional<Checkpoint> checkpoint = stored == null ? Optional.empty() : Optional.of(text.decode(bytes(stored)));
        HeldLease held = lease;
        if (held != null) {
            requireToken(held, row);
            known = row;
            current = checkpoint.orElse(null);
        }
        return new Found(row, checkpoint);
    }

    @Override
    public void save(Checkpoint checkpoint) {
        String next = string(text.encode(checkpoint));
        write(checkpoint, (connection, dialect, before) -> {
            ForwardOnly.check(current, checkpoint);
            return table.updateCheckpoint(connection, dialect, source, before, next)
                    ? new Row(before.token(), before.version() + 1, next, before.schemas())
                    : null;
        });
    }

    @Override
    public void replace(Checkpoint checkpoint, Map<TableId, AcknowledgedSchema> schemas) {
        String next = string(text.encode(checkpoint));
        write(checkpoint, (connection, dialect, before) -> {
            ForwardOnly.checkCount(current, checkpoint);
            Row row = new Row(before.token(), before.version() + 1, next, schemasText(before, schemas));
            if (!next.equals(before.checkpoint())) {
                table.archive(connection, dialect, source);
            }
            return table.update(connection, dialect, source, before, row) ? row : null;
        });
    }

    private @Nullable String schemasText(Row before, Map<TableId, AcknowledgedSchema> schemas) {
        return schemas.isEmpty() && before.schemas() == null ? null : string(text.encodeSchemas(schemas));
    }

    @Override
    public void saveSchemas(Map<TableId, AcknowledgedSchema> schemas) {
        write(null, (connection, dialect, before) -> {
            Row row = new Row(before.token(), before.version() + 1, before.checkpoint(), schemasText(before, schemas));
            if (row.schemas() == null || row.schemas().equals(before.schemas())) {
                return before;
            }
            return table.update(connection, dialect, source, before, row) ? row : null;
        });
    }

    @FunctionalInterface
    private interface Write {

        /** Writes without committing, and gives what the row then holds; null if it held something else than known. */
        @Nullable
        Row to(Connection connection, Dialect dialect, Row before) throws SQLException;
    }

    /** @param checkpoint what the row then says; null when it says what it did */
    private synchronized void write(@Nullable Checkpoint checkpoint, Write write) {
        HeldLease held = requireHeld();
        if (held.isLost()) {
            throw place.leases().lostException(source);
        }
        if (known == null) {
            look();
        }
        Row before = known;
        Checkpoint stands = checkpoint == null ? current : checkpoint;
        known = null;
        boolean answered = false;
        try {
            Row after = place.write((connection, dialect) -> write.to(connection, dialect, requireKnown(before)));
            answered = true;
            if (after == null) {
                throw changedByAnother(held, requireKnown(before));
            }
            known = after;
            current = stands;
            unsettled = false;
        } catch (SQLException e) {
            throw place.failure("The checkpoint of source '%s' could not be saved".formatted(source), e);
        } catch (CheckpointException e) {
            answered = true;
            throw e;
        } finally {
            unsettled |= !answered;
        }
    }

    @Override
    public DataSource dataSource() {
        return place.dataSource();
    }

    @Override
    public synchronized Runnable saveInTransaction(
            Connection connection, Checkpoint checkpoint, Map<TableId, AcknowledgedSchema> schemas) {
        HeldLease held = requireHeld();
        if (held.isLost()) {
            throw place.leases().lostException(source);
        }
        if (known == null) {
            look();
        }
        Row before = requireKnown(known);
        ForwardOnly.check(current, checkpoint);
        Row after = new Row(
                before.token(), before.version() + 1, string(text.encode(checkpoint)), schemasText(before, schemas));
        try {
            if (!table.update(connection, Dialect.of(connection), source, before, after)) {
                requireToken(
                        held,
                        place.leases()
                                .connection()
                                .call((sql, dialect) -> table.read(sql, source))
                                .orElse(null));
                throw new StaleCheckpointException(
                        "The checkpoint of source '%s' is another one than was last read".formatted(source));
            }
        } catch (SQLException e) {
            throw place.failure("The checkpoint of source '%s' could not be saved".formatted(source), e);
        }
        return () -> committed(after, checkpoint);
    }

    private synchronized void committed(Row after, Checkpoint checkpoint) {
        known = after;
        current = checkpoint;
        unsettled = false;
    }

    @Override
    public Optional<StoredCheckpoint> stored() {
        return read(connection -> archive.present(connection, source)).flatMap(this::shown);
    }

    @Override
    public List<StoredCheckpoint> history() {
        return read(connection -> archive.all(connection, source)).stream()
                .map(this::shown)
                .flatMap(Optional::stream)
                .toList();
    }

    private Optional<StoredCheckpoint> shown(ArchiveTable.Entry entry) {
        String json = entry.checkpoint();
        if (json == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(StoredCheckpoint.readable(entry.id(), entry.at(), json, text.decode(bytes(json))));
        } catch (CheckpointException e) {
            return Optional.of(StoredCheckpoint.damaged(entry.id(), entry.at(), json, e.description()));
        }
    }

    private <T> T read(Connections.Reading<T> reading) {
        try {
            return place.read(reading);
        } catch (SQLException e) {
            throw place.failure("The checkpoint of source '%s' could not be read".formatted(source), e);
        }
    }

    @Override
    public void seed(Checkpoint checkpoint) {
        Checkpoint seed =
                new Checkpoint(checkpoint.offset(), checkpoint.committedEventCount(), true, checkpoint.snapshot());
        change(string(text.encode(seed)), null);
    }

    @Override
    public boolean delete() {
        if (stored().isEmpty()) {
            return false;
        }
        change(null, null);
        return true;
    }

    @Override
    public void restore(String id) {
        ArchiveTable.Entry entry = (id.matches("\\d{1,18}")
                        ? read(connection -> archive.one(connection, source, Long.parseLong(id)))
                        : Optional.<ArchiveTable.Entry>empty())
                .orElseThrow(() -> CheckpointArchive.unknown(id));
        text.decode(bytes(String.valueOf(entry.checkpoint())));
        change(entry.checkpoint(), entry.schemas());
    }

    /** Keeps what is there and puts this in its place, both in one transaction and as the owner of the lease. */
    private synchronized void change(@Nullable String checkpoint, @Nullable String schemas) {
        acquire();
        HeldLease held = requireHeld();
        try {
            Row before =
                    place.read(connection -> table.read(connection, source)).orElse(new Row(0, 0, null, null));
            requireToken(held, before);
            Row after = place.write((connection, dialect) -> {
                table.archive(connection, dialect, source);
                Row row = new Row(before.token(), before.version() + 1, checkpoint, schemas);
                return table.update(connection, dialect, source, before, row) ? row : null;
            });
            if (after == null) {
                throw changedByAnother(held, before);
            }
        } catch (SQLException e) {
            throw place.failure("The checkpoint of source '%s' could not be saved".formatted(source), e);
        } finally {
            release();
        }
    }

    /**
     * The UPDATE found no row with the version and token. A later owner's token says that the lease is lost. With our own, an earlier
     * save whose answer was lost has been done after we looked; else somebody has changed the row by hand, which is not to be
     * overwritten.
     */
    private CheckpointException changedByAnother(HeldLease held, Row before) throws SQLException {
        requireToken(
                held, place.read(connection -> table.read(connection, source)).orElse(null));
        if (unsettled) {
            return new StaleCheckpointException(
                    "A save of source '%s' whose answer was lost has been done after all".formatted(source));
        }
        return new CheckpointException(
                FailureKind.TERMINAL,
                "The checkpoint of source '%s' in table '%s' was changed by somebody else: expected was version %d"
                        .formatted(source, place.options().checkpointTable(), before.version()),
                "Nothing was saved. If the change is meant, start the source again: it goes on from there. A source must be stopped before its checkpoint is changed.",
                null);
    }

    /**
     * Takes the lock of the row in an open transaction, as a save does: until that ends nobody else can save, or win the lease and
     * write.
     *
     * @throws LeaseLostException if the row has another one's token
     */
    void fence(Connection connection, Dialect dialect) throws SQLException {
        HeldLease held = requireHeld();
        if (held.isLost() || !table.lock(connection, dialect, source, held.token())) {
            throw place.leases().foundLost(held);
        }
    }

    boolean isIn(DataSource dataSource, JdbcOptions options) {
        return place.dataSource() == dataSource && place.options().tablePrefix().equals(options.tablePrefix());
    }

    private void requireToken(HeldLease held, @Nullable Row row) {
        if (row == null || row.token() != held.token()) {
            throw place.leases().foundLost(held);
        }
    }

    private HeldLease requireHeld() {
        HeldLease held = lease;
        if (held == null) {
            throw new CheckpointException(
                    FailureKind.TERMINAL,
                    "The lease of source '%s' is not held".formatted(source),
                    "Acquire it before saving.",
                    null);
        }
        return held;
    }

    private static Row requireKnown(@Nullable Row row) {
        if (row == null) {
            throw new IllegalStateException("The row is known after it was read");
        }
        return row;
    }

    private static byte[] bytes(String json) {
        return json.getBytes(StandardCharsets.UTF_8);
    }

    private static String string(byte[] json) {
        return new String(json, StandardCharsets.UTF_8);
    }
}
