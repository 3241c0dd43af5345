package io.rustcdc.source.mysql;

import io.rustcdc.source.SourceException;
import io.rustcdc.source.StreamRequest;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides where the stream begins, and refuses every start that would pass over changes in silence. Where both have GTIDs, they
 * alone count; else the place in a file, which only the server has that wrote it. Asks the server for nothing but
 * {@link Lookup}.
 */
final class StartPosition {

    private static final Logger logger = LoggerFactory.getLogger(StartPosition.class);

    /** A command for the binlog has 32 bits for the place in a file. */
    private static final long MOST = 0xffff_ffffL;

    private final MySqlOptions options;
    private final PositionLost lost;
    private final ServerFacts facts;
    private final BinlogView view;
    private final Lookup lookup;

    StartPosition(MySqlOptions options, PositionLost lost, ServerFacts facts, BinlogView view, Lookup lookup) {
        this.options = options;
        this.lost = lost;
        this.facts = facts;
        this.view = view;
        this.lookup = lookup;
    }

    /** {@link BinlogCatalog#executedBefore}. */
    @FunctionalInterface
    interface Lookup {

        @Nullable
        GtidSet executedBefore(BinlogPosition position) throws SQLException;
    }

    /**
     * Where to begin.
     *
     * @param offset a position of the server at hand; behind a failover without a place in a file
     * @param byGtid whether to ask for all but the offset's transactions. If not, the offset has none, and it must stay so: a
     *     set that begins in the middle would look like one that lacks all that came before
     */
    record Start(MySqlOffset offset, boolean byGtid) {

        /**
         * Whether the log must be read from before the offset, where XA transactions were prepared that still wait for their end.
         * MySQL sends their rows again by itself: under GTIDs, they do not count as executed.
         */
        boolean rereads() {
            return offset.preparedFrom() != null
                    && offset.position() != null
                    && !(byGtid && offset.origin().flavor() == Flavor.MYSQL);
        }
    }

    /**
     * @param saved the request's offset; null for a fresh start
     * @throws SourceException of kind POSITION_LOST when changes would be missing, unless the request accepts that
     */
    Start find(StreamRequest request, @Nullable MySqlOffset saved) throws SQLException {
        GtidState gtids = view.gtids();
        if (saved == null) {
            return new Start(view.present(), gtids != null);
        }
        if (gtids != null && !saved.executed().isEmpty()) {
            return byGtid(request, saved, gtids);
        }
        BinlogPosition position = saved.position();
        if (position == null) {
            throw noGtids(saved);
        }
        return byFile(request, saved, position);
    }

    private Start byGtid(StreamRequest request, MySqlOffset saved, GtidState gtids) {
        GtidSet unknown = gtids.unknownOf(reached(saved));
        GtidSet missing = gtids.purgedWithout(saved.executed());
        if (request.gapAccepted()) {
            return behindTheGap(saved, gtids, unknown.isEmpty() && missing.isEmpty());
        }
        if (!unknown.isEmpty()) {
            throw lost.transactionsUnknown(saved, unknown, facts.origin());
        }
        if (missing.isEmpty()) {
            return new Start(here(saved), true);
        }
        if (!request.operatorSeed()) {
            throw lost.transactionsPurged(saved, missing);
        }
        logger.warn(
                "The checkpoint written by hand says {}, but {} has purged {}: these transactions are not delivered",
                saved.executed(),
                options.target(),
                missing);
        return behind(gtids.beginning(saved.executed()));
    }

    /**
     * The earliest position that can be read. A transaction that was partly delivered is delivered again as a whole, since its
     * rows may be others by now.
     */
    private Start behindTheGap(MySqlOffset saved, GtidState gtids, boolean readable) {
        return readable ? new Start(here(saved.transactionStart()), true) : behind(gtids.beginning(saved.executed()));
    }

    /** Where there is nothing to begin behind, the beginning of the log says so; an offset has to say something. */
    private Start behind(GtidSet executed) {
        MySqlOffset begin = executed.isEmpty()
                ? MySqlOffset.at(facts.origin(), view.files().start(), executed)
                : MySqlOffset.after(facts.origin(), executed);
        return new Start(begin, true);
    }

    /** On another server the file means nothing, and neither does the place inside a transaction. */
    private MySqlOffset here(MySqlOffset saved) {
        boolean sameServer = saved.origin().isSameServer(facts.origin());
        if (sameServer && saved.position() != null) {
            return saved;
        }
        if (saved.isInsideTransaction()) {
            logger.info(
                    "{} is another server than the one of the checkpoint: the transaction {}, of which {} rows were delivered, is delivered again as a whole",
                    options.target(),
                    saved.txGtid(),
                    saved.txChangesDone());
        }
        return MySqlOffset.after(facts.origin(), saved.executed());
    }

    /** What was delivered, wholly or in part. */
    private static GtidSet reached(MySqlOffset saved) {
        Gtid inside = saved.txGtid();
        return inside == null ? saved.executed() : saved.executed().with(inside);
    }

    private Start byFile(StreamRequest request, MySqlOffset saved, BinlogPosition position) throws SQLException {
        boolean otherServer = saved.origin().isKnown() && !saved.origin().isSameServer(facts.origin());
        boolean purged = !otherServer && view.files().isPurged(position.file());
        SourceException reason = otherServer ? lost.otherServer(saved, facts.origin()) : lostFile(saved, position);
        if (reason == null) {
            return at(request.gapAccepted() ? saved.transactionStart() : saved, position);
        }
        boolean moved = request.gapAccepted() || (request.operatorSeed() && purged);
        if (!moved) {
            throw reason;
        }
        logger.warn(
                "The checkpoint says {}, but the log of {} begins at {}: starting there, changes before it are not delivered",
                position,
                options.target(),
                view.files().start());
        GtidState gtids = view.gtids();
        return gtids == null
                ? new Start(MySqlOffset.at(facts.origin(), view.files().start(), none()), false)
                : behind(gtids.beginning(none()));
    }

    /** A file's place is kept as it is. MariaDB can say which transactions lie before it. */
    private Start at(MySqlOffset saved, BinlogPosition position) throws SQLException {
        GtidSet executed = view.gtids() instanceof DomainGtidState ? lookup.executedBefore(position) : null;
        if (view.gtids() instanceof DomainGtidState && executed == null) {
            throw lost.noPlace(position, "the server finds none there", null);
        }
        MySqlOffset begin = MySqlOffset.at(facts.origin(), readable(position), executed == null ? none() : executed)
                .withPreparedFrom(saved.preparedFrom());
        return new Start(
                MySqlOffset.inside(begin, saved.txGtid(), saved.txChangesDone(), saved.txLastChangeEnd()),
                executed != null);
    }

    /** A file is ended behind the transaction that makes it so large: what comes next is in the next file. */
    private BinlogPosition readable(BinlogPosition position) {
        if (position.offset() <= MOST) {
            return position;
        }
        BinlogFiles.File next = view.files().next(position.file());
        if (next == null) {
            throw SourceException.transientFailure(
                    "%s has not ended its file behind %s yet".formatted(options.target(), position), null);
        }
        return new BinlogPosition(next.name(), BinlogPosition.FIRST);
    }

    /** Why the place cannot be read; null if it can. */
    private @Nullable SourceException lostFile(MySqlOffset saved, BinlogPosition position) {
        BinlogFiles.File file = view.files().find(position.file());
        if (file == null) {
            return view.files().isPurged(position.file())
                    ? lost.filePurged(saved, view.files())
                    : lost.fileUnknown(saved, view.files());
        }
        long reached = saved.isInsideTransaction() ? saved.txLastChangeEnd() : position.offset();
        return reached > file.size() ? lost.beyondTheFile(saved, file) : null;
    }

    private GtidSet none() {
        return GtidSet.empty(facts.flavor());
    }

    private SourceException noGtids(MySqlOffset saved) {
        return SourceException.configuration(
                "The checkpoint has transactions (%s) but no place in a file, and %s"
                        .formatted(
                                saved.executed(),
                                facts.hasGtids()
                                        ? options.key("gtid-mode-enabled") + " is false"
                                        : options.target() + " has gtid_mode = "
                                                + facts.variables().text("gtid_mode")),
                facts.hasGtids()
                        ? "Remove " + options.key("gtid-mode-enabled")
                        : "SET PERSIST gtid_mode = ON; (see enforce_gtid_consistency, and the steps in between), or give the checkpoint binlog_file and binlog_pos");
    }
}
