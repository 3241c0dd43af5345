package io.rustcdc.runtime;

import io.rustcdc.event.LogRetention;
import io.rustcdc.event.LogRetention.Safety;
import io.rustcdc.event.SourceWarning;
import io.rustcdc.observe.EngineState;
import io.rustcdc.observe.HealthVerdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Says what a measurement of the kept log means by the configured limits. For one thread, except {@link #verdict}. */
final class LogLimits {

    private static final double ENDS_BELOW = 0.8;
    private static final String[] UNITS = {"bytes", "kB", "MB", "GB", "TB"};

    private final LogWatchOptions options;
    private boolean high;

    LogLimits(LogWatchOptions options) {
        this.options = options;
    }

    /** The warnings that hold. One for the size stands until the size is well below the limit, so that it does not flap. */
    List<SourceWarning> warnings(LogRetention log) {
        List<SourceWarning> warnings = new ArrayList<>(2);
        long limit = options.warnBytes();
        high = limit > 0 && log.retainedBytes() >= (high ? limit * ENDS_BELOW : limit);
        if (high) {
            warnings.add(new SourceWarning(
                    "retained_log_high",
                    "log",
                    "the server keeps %s of log for this source (retained-log.warn is %s)%s"
                            .formatted(size(log.retainedBytes()), size(limit), reading(log)),
                    log.remedy()));
        }
        if (log.safety() == Safety.ENDANGERED) {
            warnings.add(new SourceWarning(
                    "retained_log_endangered",
                    "log",
                    "the server may remove log that this source needs at any moment (status '%s'), %s of it are kept%s"
                            .formatted(log.status(), size(log.retainedBytes()), reading(log)),
                    log.remedy()));
        }
        return warnings;
    }

    /** The verdict with the kept log taken into account: a source that fills the server's disk is not well. */
    HealthVerdict verdict(HealthVerdict verdict, EngineState state, @Nullable LogRetention log) {
        boolean judged = switch (state) {
            case STREAMING, SNAPSHOTTING, PAUSED, RECONNECTING -> !verdict.needsAttention();
            case STARTING, STANDBY, STOPPING, STOPPED, FAILED -> false;
        };
        if (!judged || log == null) {
            return verdict;
        }
        if (log.safety() == Safety.LOST) {
            return HealthVerdict.stalled(
                    "the server has removed log that this source needs (status '%s')".formatted(log.status()),
                    log.remedy());
        }
        if (options.downBytes() > 0 && log.retainedBytes() >= options.downBytes()) {
            return HealthVerdict.stalled(
                    "the server keeps %s of log for this source, retained-log.down is %s%s"
                            .formatted(size(log.retainedBytes()), size(options.downBytes()), reading(log)),
                    log.remedy());
        }
        return verdict;
    }

    private static String reading(LogRetention log) {
        return log.read() ? "" : ", and nobody reads it";
    }

    private static String size(long bytes) {
        double size = bytes;
        int unit = 0;
        while (size >= 1024 && unit < UNITS.length - 1) {
            size /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 || size % 1 == 0 ? "%.0f %s" : "%.1f %s", size, UNITS[unit]);
    }
}
