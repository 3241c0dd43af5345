package io.rustcdc.source.sqlserver;

import io.rustcdc.source.SourceException;
import io.rustcdc.source.StreamRequest;
import io.rustcdc.source.sqlserver.TableVersions.DefinitionStatement;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides where the stream begins, and refuses every start that would pass over changes in silence. */
final class StartPosition {

    private static final Logger logger = LoggerFactory.getLogger(StartPosition.class);

    private final SqlServerOptions options;
    private final PositionLost lost;
    private final List<CaptureInstance> wanted;
    private final List<DefinitionStatement> statements;

    StartPosition(
            SqlServerOptions options,
            PositionLost lost,
            List<CaptureInstance> wanted,
            List<DefinitionStatement> statements) {
        this.options = options;
        this.lost = lost;
        this.wanted = wanted;
        this.statements = statements;
    }

    /** Where to begin, and the instances to read from there. */
    record Start(SqlServerOffset offset, InstanceSet instances) {}

    /**
     * @param saved the request's offset; null for a fresh start, which begins with what is captured from now on
     * @param max the newest captured LSN; null before the first
     * @throws SourceException of kind POSITION_LOST when changes would be missing, unless the request accepts that
     */
    Start find(StreamRequest request, @Nullable SqlServerOffset saved, @Nullable Lsn max) {
        Lsn end = end(max);
        InstanceSet instances = new InstanceSet(options, lost, saved == null ? null : saved.instances());
        if (saved == null) {
            instances.update(wanted, statements, end, true);
            return new Start(SqlServerOffset.at(end, instances.known(end)), instances);
        }
        if (end.isBefore(saved.completed())) {
            if (!request.gapAccepted()) {
                throw lost.ahead(saved.lsn(), max == null ? "none" : max);
            }
            instances.update(wanted, statements, end, true);
            return new Start(SqlServerOffset.at(end, instances.known(end)), instances);
        }
        Lsn done = saved.completed();
        instances.update(wanted, statements, done, request.gapAccepted() || isSeedToFollow(request, done));
        SqlServerOffset begin = request.gapAccepted() ? SqlServerOffset.at(done, saved.instances()) : saved;
        return new Start(begin.with(instances.known(done)), instances);
    }

    /** The operator's word counts, as far as there is anything. */
    private boolean isSeedToFollow(StreamRequest request, Lsn done) {
        if (!request.operatorSeed()) {
            return false;
        }
        for (CaptureInstance instance : wanted) {
            if (done.next().isBefore(instance.start())) {
                logger.warn(
                        "The checkpoint written by hand says {}, but the change table of '{}' begins at {}: changes before that are not delivered",
                        done,
                        instance.name(),
                        instance.start());
            }
        }
        return true;
    }

    /** All that was committed before now, as far as it is known: an instance that was just made begins behind what was captured. */
    private Lsn end(@Nullable Lsn max) {
        Lsn end = max == null ? Lsn.ZERO : max;
        for (CaptureInstance instance : wanted) {
            end = Lsn.max(end, instance.start().previous());
        }
        return end;
    }
}
