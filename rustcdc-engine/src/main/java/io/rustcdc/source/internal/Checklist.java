package io.rustcdc.source.internal;

import io.rustcdc.event.Remedy;
import io.rustcdc.source.Prerequisite;
import io.rustcdc.source.Prerequisite.Verdict;
import io.rustcdc.source.SourceException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Runs the checks of a connector. A start runs them up to the first that fails, whose exception it throws; the doctor runs all, and
 * writes down what each one found. So both go by the same checks. For one thread.
 */
public final class Checklist {

    private final @Nullable Function<SQLException, SourceException> failed;
    private final BiConsumer<Item, Finding> warnings;
    private final List<Prerequisite> results = new ArrayList<>();
    private final Map<Item, Prerequisite> byItem = new HashMap<>();

    private Checklist(@Nullable Function<SQLException, SourceException> failed, BiConsumer<Item, Finding> warnings) {
        this.failed = failed;
        this.warnings = warnings;
    }

    /** Of a start, where the checks say nothing of what is only unwise. */
    public static Checklist untilFailure() {
        return untilFailure((item, finding) -> {});
    }

    /**
     * Of a start.
     *
     * @param warnings hears of what is only unwise
     */
    public static Checklist untilFailure(BiConsumer<Item, Finding> warnings) {
        return new Checklist(null, warnings);
    }

    /**
     * Of the doctor.
     *
     * @param failed says what a failed statement means
     */
    public static Checklist ofAll(Function<SQLException, SourceException> failed) {
        return new Checklist(failed, (item, finding) -> {});
    }

    /** What a check is called, and which ones must have passed before it makes sense. */
    public interface Item {

        String label();

        List<? extends Item> needs();
    }

    /** Looks at one thing; throws what a start throws when that cannot be done with. */
    @FunctionalInterface
    public interface Check {

        Finding look() throws SQLException;
    }

    /**
     * What does not keep a source from starting.
     *
     * @param remedy null when nothing is to be mended
     */
    public record Finding(
            boolean good, String found, @Nullable Remedy remedy) {

        public static Finding ok(String found) {
            return new Finding(true, found, null);
        }

        public static Finding warning(String found, @Nullable Remedy remedy) {
            return new Finding(false, found, remedy);
        }

        /** Both in one; a warning where one of them is. */
        public Finding and(Finding other) {
            if (good && !other.good) {
                return other;
            }
            if (!good && other.good) {
                return this;
            }
            Remedy both = remedy == null ? other.remedy : other.remedy == null ? remedy : remedy.and(other.remedy);
            return new Finding(good, found + "; " + other.found, both);
        }
    }

    /**
     * Runs one check, unless one that it needs has not passed.
     *
     * @throws SourceException at a start
     * @throws SQLException at a start
     */
    public void check(Item item, Check check) throws SQLException {
        if (failed == null) {
            Finding finding = check.look();
            if (!finding.good()) {
                warnings.accept(item, finding);
            }
            return;
        }
        for (Item need : item.needs()) {
            Prerequisite before = byItem.get(need);
            if (before != null && (before.verdict() == Verdict.FAILED || before.verdict() == Verdict.NOT_CHECKED)) {
                add(
                        item,
                        Verdict.NOT_CHECKED,
                        "because '%s' failed".formatted(cause(need).label()),
                        null);
                return;
            }
        }
        try {
            Finding finding = check.look();
            add(item, finding.good() ? Verdict.OK : Verdict.WARNING, finding.found(), finding.remedy());
        } catch (SourceException e) {
            add(item, Verdict.FAILED, e.description(), e.remedy());
        } catch (SQLException e) {
            SourceException failure = failed.apply(e);
            add(item, Verdict.FAILED, failure.description(), failure.remedy());
        }
    }

    /** Something that was to be looked at for several checks could not be: what would have come next was not checked. */
    public void interrupted(SourceException failure) {
        results.add(new Prerequisite(
                "rest", Verdict.FAILED, "what comes next was not checked: " + failure.description(), failure.remedy()));
    }

    /** What all checks found, in their order; nothing at a start. */
    public List<Prerequisite> results() {
        return List.copyOf(results);
    }

    private void add(Item item, Verdict verdict, String found, @Nullable Remedy remedy) {
        Prerequisite result = new Prerequisite(item.label(), verdict, found, remedy);
        results.add(result);
        byItem.put(item, result);
    }

    private Item cause(Item item) {
        for (Item need : item.needs()) {
            Prerequisite before = byItem.get(need);
            if (before != null && before.verdict() != Verdict.OK && before.verdict() != Verdict.WARNING) {
                return cause(need);
            }
        }
        return item;
    }
}
