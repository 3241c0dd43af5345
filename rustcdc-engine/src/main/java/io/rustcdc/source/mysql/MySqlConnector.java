package io.rustcdc.source.mysql;

import io.rustcdc.event.EventSource;
import io.rustcdc.event.Offset;
import io.rustcdc.event.TableId;
import io.rustcdc.schema.AcknowledgedSchema;
import io.rustcdc.source.Diagnosis;
import io.rustcdc.source.OffsetFormat;
import io.rustcdc.source.SnapshotBackend;
import io.rustcdc.source.SourceConnector;
import io.rustcdc.source.SourceInspector;
import io.rustcdc.source.SourceStream;
import io.rustcdc.source.StreamRequest;
import io.rustcdc.source.internal.Checklist;
import io.rustcdc.source.internal.SchemaWatch;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Captures a MySQL (8.0 or later) or MariaDB (10.5 or later) server through its binlog, as a replica does. Changes nothing on the
 * server.
 *
 * <p>Thread-safe as far as {@link SourceConnector} asks for it: one stream is open at a time.
 */
public final class MySqlConnector implements SourceConnector {

    /** A reader that is gone is noticed by the server with the next heartbeat; one whose host is gone, only by TCP. */
    private static final Duration IN_USE_PATIENCE = Duration.ofSeconds(30);

    private final MySqlOptions options;
    private final EventSource source;
    private final MySqlErrors errors;
    private final MySqlConnections connections;
    private final ServerChecks checks;
    private final ServerIdHolder serverId;
    private volatile @Nullable LogReach reach;
    private volatile boolean takesOver;

    public MySqlConnector(MySqlOptions options) {
        this.options = options;
        this.source = new EventSource(options.sourceName(), options.flavor().type());
        this.errors = new MySqlErrors(options);
        this.connections = new MySqlConnections(options);
        this.checks = new ServerChecks(options);
        this.serverId = new ServerIdHolder(options);
    }

    @Override
    public EventSource source() {
        return source;
    }

    @Override
    public OffsetFormat offsets() {
        return fields -> MySqlOffset.parse(options.flavor(), fields);
    }

    @Override
    public Duration inUsePatience() {
        return IN_USE_PATIENCE;
    }

    @Override
    public SourceStream open(StreamRequest request) {
        try (MySqlConnections.Opened sql = connections.openSql()) {
            BinlogCatalog catalog = new BinlogCatalog(sql.connection());
            ServerFacts facts = catalog.facts();
            Checklist list = checks.atStart();
            checks.check(list, facts);
            BinlogView view = Objects.requireNonNull(checks.look(list, facts, catalog));
            StartPosition.Start start = new StartPosition(options, errors.lost(), facts, view, catalog::executedBefore)
                    .find(request, savedOffset(request));
            if (request.readsRows()) {
                list.check(MySqlCheck.READ_RIGHTS, new ReadRights(options, sql.connection())::require);
            }
            if (!takesOver) {
                serverId.requireFree(sql.connection());
            }
            Collations collations = Collations.load(sql.connection());
            TableSource tables = new TableSource(options, connections, errors, collations);
            ChangeAssembler assembler = assembler(request, start, tables, facts.origin());
            BinlogDump dump = new BinlogDump(options, connections, errors, serverId);
            BinlogChannel channel = dump.begin(start, facts.origin());
            takesOver = false;
            reach = new LogReach(start.offset(), null);
            return new MySqlStream(channel, start.offset(), assembler, dump, here -> reach = here);
        } catch (SQLException e) {
            throw errors.failed("start to read the binlog", e);
        }
    }

    /** As for an offset of our own, whoever wrote it: a seed is moved where the log has been removed, and that misses changes. */
    @Override
    public void check(Offset offset, boolean operatorSeed) {
        StreamRequest request = StreamRequest.resume(offset);
        try (MySqlConnections.Opened sql = connections.openSql()) {
            BinlogCatalog catalog = new BinlogCatalog(sql.connection());
            ServerFacts facts = catalog.facts();
            Checklist list = checks.atStart();
            checks.check(list, facts);
            BinlogView view = Objects.requireNonNull(checks.look(list, facts, catalog));
            new StartPosition(options, errors.lost(), facts, view, catalog::executedBefore)
                    .find(request, savedOffset(request));
        } catch (SQLException e) {
            throw errors.failed("check the position", e);
        }
    }

    @Override
    public Diagnosis diagnose(StreamRequest request) {
        try (MySqlDoctor doctor = new MySqlDoctor(options, request, savedOffset(request))) {
            return new Diagnosis(source, doctor.look());
        }
    }

    private ChangeAssembler assembler(
            StreamRequest request, StartPosition.Start start, TableSource tables, Origin here) {
        WantedTables wanted = new WantedTables(options);
        return new ChangeAssembler(
                new ChangeAssembler.Begin(source, start.offset(), start.byGtid(), start.rereads()),
                new LoggedTables(wanted, tables),
                new SchemaWatch<>(schemas(request, here), BinlogPosition::parse),
                new ChangeAssembler.Definitions(
                        new DefinitionLog(), new StatementWatch(options, wanted), errors.lost()));
    }

    /** Where another server's files were read, places in them say nothing: all that was known began before what comes. */
    private static Map<TableId, AcknowledgedSchema> schemas(StreamRequest request, Origin here) {
        MySqlOffset saved = savedOffset(request);
        if (saved != null && saved.origin().isSameServer(here)) {
            return request.schemas();
        }
        Map<TableId, AcknowledgedSchema> schemas = new HashMap<>();
        request.schemas().forEach((table, schema) -> schemas.put(table, schema.beforeAll()));
        return schemas;
    }

    @Override
    public SourceInspector inspector() {
        return new MySqlInspector(options, connections, errors, () -> reach);
    }

    @Override
    public SnapshotBackend snapshots() {
        return new MySqlSnapshots(options, connections, errors, this::streamed);
    }

    private @Nullable Origin streamed() {
        LogReach here = reach;
        return here == null ? null : here.offset().origin();
    }

    /** The server ends a reader when another one comes with its server id; so the next one is not kept from coming. */
    @Override
    public void endOldSession() {
        takesOver = true;
    }

    @Override
    public void abortOpening() {
        connections.abort();
    }

    private static @Nullable MySqlOffset savedOffset(StreamRequest request) {
        if (request.resume() == null) {
            return null;
        }
        if (request.resume() instanceof MySqlOffset saved) {
            return saved;
        }
        throw new IllegalArgumentException("'%s' is no binlog offset".formatted(request.resume()));
    }
}
