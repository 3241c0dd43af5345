package io.rustcdc.source.postgres;

import io.rustcdc.event.EventSource;
import io.rustcdc.event.Offset;
import io.rustcdc.source.Diagnosis;
import io.rustcdc.source.OffsetFormat;
import io.rustcdc.source.SnapshotBackend;
import io.rustcdc.source.SourceConnector;
import io.rustcdc.source.SourceInspector;
import io.rustcdc.source.SourceStream;
import io.rustcdc.source.StreamRequest;
import io.rustcdc.source.internal.Checklist;
import io.rustcdc.source.postgres.PostgresConnections.Opened;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Captures a PostgreSQL database (14 or later) through logical replication with the pgoutput plugin. Creates the
 * publication where that is allowed and, on a fresh start, the replication slot. Drops a slot only when it can be read no
 * more and an operator has accepted the gap.
 *
 * <p>Thread-safe as far as {@link SourceConnector} asks for it: one stream is open at a time.
 */
public final class PostgresConnector implements SourceConnector {

    /** The source type in events, checkpoints and metrics. */
    public static final String TYPE = "postgres";

    private static final Logger logger = LoggerFactory.getLogger(PostgresConnector.class);

    private static final Duration IN_USE_MARGIN = Duration.ofSeconds(10);

    private final PostgresOptions options;
    private final EventSource source;
    private final PostgresErrors errors;
    private final PostgresConnections connections;
    private final PublicationCare publication;
    private volatile Duration walSenderTimeout = Duration.ofSeconds(60);
    private final AtomicBoolean failoverWarned = new AtomicBoolean();
    private final KeylessTables keyless = new KeylessTables();
    private final LongSupplier idleTime;

    public PostgresConnector(PostgresOptions options) {
        this(options, System::nanoTime);
    }

    /**
     * @param idleTime the time by which an idle source moves on
     */
    PostgresConnector(PostgresOptions options, LongSupplier idleTime) {
        this.options = options;
        this.idleTime = idleTime;
        this.source = new EventSource(options.sourceName(), TYPE);
        this.errors = new PostgresErrors(options);
        this.connections = new PostgresConnections(options);
        this.publication = new PublicationCare(options);
    }

    @Override
    public EventSource source() {
        return source;
    }

    @Override
    public OffsetFormat offsets() {
        return PostgresOffset::parse;
    }

    /**
     * A dead reader keeps its slot until the server notices: after the timeout of its session if it was ours, after the
     * server's own if the settings were others then.
     */
    @Override
    public Duration inUsePatience() {
        Duration server = walSenderTimeout;
        Duration session = ReplicationSession.timeout(server, options.silenceTimeout());
        return (server.compareTo(session) > 0 ? server : session).plus(IN_USE_MARGIN);
    }

    @Override
    public SourceStream open(StreamRequest request) {
        try (Opened sql = connections.openPrimary()) {
            PostgresCatalog catalog = new PostgresCatalog(sql.connection());
            ServerFacts facts = catalog.facts();
            walSenderTimeout = facts.walSenderTimeout();
            PostgresOptions one = options.at(sql.server());
            FailoverSlots failover = new FailoverSlots(one, facts, failoverWarned);
            Checklist checks = Checklist.untilFailure();
            ServerChecks server = new ServerChecks(one);
            server.check(checks, facts, isRunning(request));
            checks.check(PostgresCheck.FAILOVER_SLOT, failover::check);
            checks.check(PostgresCheck.WAL_SENDERS, () -> server.walSenders(catalog.walSenders()));
            if (request.readsRows()) {
                checks.check(
                        PostgresCheck.READ_RIGHTS,
                        () -> new ReadRights(one, sql.connection())
                                .require(facts.user(), catalog.tables(options.publicationName())));
            }
            Opened replication = connections.at(sql.server()).openReplication();
            try {
                SameServer.require(sql, replication, errors);
                PostgresOptions here = options.at(sql.server());
                NewSlot newSlot = new NewSlot(here, connections.at(sql.server()), replication, facts);
                return stream(request, catalog, new SlotSetup(failover, newSlot), replication);
            } catch (SQLException | RuntimeException e) {
                replication.close();
                throw e;
            }
        } catch (SQLException e) {
            throw errors.failed("start to stream", e);
        }
    }

    @Override
    public void endOldSession() {
        try (Opened sql = connections.openPrimary()) {
            String slot = options.replicationSlotName();
            String ended = new PostgresCatalog(sql.connection()).endReader(slot);
            if (ended != null) {
                logger.warn("The session {} of the instance before was ended, which read slot '{}'", ended, slot);
            }
        } catch (SQLException e) {
            logger.warn(
                    "The session of the instance before, which may read slot '{}', could not be ended: {}",
                    options.replicationSlotName(),
                    e.getMessage());
        }
    }

    @Override
    public void check(Offset offset, boolean operatorSeed) {
        StreamRequest request = new StreamRequest(offset, operatorSeed, false, Map.of());
        PostgresOffset saved = Objects.requireNonNull(savedOffset(request));
        try (Opened sql = connections.openPrimary()) {
            PostgresCatalog catalog = new PostgresCatalog(sql.connection());
            ServerFacts facts = catalog.facts();
            PostgresOptions here = options.at(sql.server());
            new ServerChecks(here).check(Checklist.untilFailure(), facts, false);
            try (Opened replication = connections.at(sql.server()).openReplication()) {
                PostgresErrors errors = this.errors.at(here);
                ServerIdentity server = ServerIdentity.of(replication.connection());
                CheckpointOrigin origin = new CheckpointOrigin(errors.divergence(), server, replication.connection());
                SlotSetup setup = new SlotSetup(
                        new FailoverSlots(here, facts, failoverWarned),
                        new NewSlot(here, connections.at(sql.server()), replication, facts));
                StartPosition.Found found =
                        new StartPosition(here, errors, catalog, setup).find(request, saved, origin);
                ReplicationSlot slot = found.slot();
                if (slot != null && Lsn.isBefore(saved.lsn(), slot.confirmedFlushLsn())) {
                    throw errors.divergence().slotMoved(saved, slot.confirmedFlushLsn());
                }
            }
        } catch (SQLException e) {
            throw errors.failed("check the position", e);
        }
    }

    @Override
    public void abortOpening() {
        connections.abort();
    }

    @Override
    public SourceInspector inspector() {
        return new PostgresInspector(options, connections, errors, publication);
    }

    private SourceStream stream(StreamRequest request, PostgresCatalog catalog, SlotSetup setup, Opened replication)
            throws SQLException {
        // From here on, all is said and done about the one server that was found.
        PostgresOptions options = this.options.at(replication.server());
        PostgresErrors errors = this.errors.at(options);
        PostgresConnections connections = this.connections.at(replication.server());
        boolean running = isRunning(request);
        ServerIdentity server = ServerIdentity.of(replication.connection());
        CheckpointOrigin origin = new CheckpointOrigin(errors.divergence(), server, replication.connection());
        StartPosition position = new StartPosition(options, errors, catalog, setup);
        StartPosition.Found found = position.find(request, savedOffset(request), origin);
        // The publication comes first: what is logged before it exists cannot be read through it.
        publication.atStart(catalog, running, request.startsAnew());
        PostgresOffset start = position.begin(found, server);
        setup.failover().look(found.keptSlot(), replication.connection());
        TableLookup tables =
                new CatalogTableLookup(connections, errors, options.publicationName(), catalog.tableFacts());
        ColumnTypes types = new ColumnTypes(new CatalogTypeParts(connections, errors));
        ChangeAssembler assembler = assembler(request, start, tables, types);
        String exported = setup.newSlot().exportedSnapshot();
        if (exported == null) {
            return start(replication, start, assembler, errors);
        }
        SnapshotBackend beginning = new PostgresSnapshots(options, connections, errors, exported);
        return new StreamAfterLoad(start, replication, beginning, () -> start(replication, start, assembler, errors));
    }

    /** What a start may do to the slot. */
    record SlotSetup(FailoverSlots failover, NewSlot newSlot) {}

    /** Whether this source has streamed before, as far as one can know; also when it goes on behind an accepted gap. */
    static boolean isRunning(StreamRequest request) {
        return request.resume() != null && !request.operatorSeed();
    }

    private PostgresStream start(
            Opened replication, PostgresOffset start, ChangeAssembler assembler, PostgresErrors errors) {
        try {
            ReplicationSession session = ReplicationSession.start(replication, options, start.lsn());
            return new PostgresStream(session, start, assembler, new IdleAdvance(start.lsn(), idleTime), errors);
        } catch (SQLException e) {
            throw errors.starting(e);
        }
    }

    private ChangeAssembler assembler(
            StreamRequest request, PostgresOffset start, TableLookup tables, ColumnTypes types) {
        Relations relations = new Relations(
                WantedTables.filter(options.tables()), new TableKeys(tables, keyless), types, request.schemas());
        return new ChangeAssembler(source, start, request.schemas(), relations);
    }

    @Override
    public Diagnosis diagnose(StreamRequest request) {
        try (PostgresDoctor doctor = new PostgresDoctor(options, request, savedOffset(request))) {
            return new Diagnosis(source, doctor.look());
        }
    }

    private static @Nullable PostgresOffset savedOffset(StreamRequest request) {
        if (request.resume() == null) {
            return null;
        }
        if (request.resume() instanceof PostgresOffset saved) {
            return saved;
        }
        throw new IllegalArgumentException("'%s' is no PostgreSQL offset".formatted(request.resume()));
    }

    @Override
    public SnapshotBackend snapshots() {
        return new PostgresSnapshots(options, connections, errors, null);
    }
}
