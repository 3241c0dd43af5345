package io.rustcdc.source.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rustcdc.event.Remedy;
import io.rustcdc.source.Prerequisite;
import io.rustcdc.source.Prerequisite.Verdict;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.internal.Checklist.Finding;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** A start ends with the first check that fails; the doctor goes on, and says of those that need it why they were not made. */
class ChecklistTests {

    private enum Item implements Checklist.Item {
        FIRST,
        SECOND,
        THIRD,
        OTHER;

        @Override
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        @Override
        public List<Item> needs() {
            return switch (this) {
                case SECOND -> List.of(FIRST);
                case THIRD -> List.of(SECOND);
                default -> List.of();
            };
        }
    }

    private final List<Item> made = new ArrayList<>();

    private Checklist.Check ok(Item item) {
        return () -> {
            made.add(item);
            return Finding.ok("fine");
        };
    }

    private static SourceException refused() {
        return SourceException.configuration("it is red", Remedy.sql("PAINT IT BLUE;"));
    }

    private void makeAll(Checklist checks) throws SQLException {
        checks.check(Item.FIRST, () -> {
            throw refused();
        });
        checks.check(Item.SECOND, ok(Item.SECOND));
        checks.check(Item.THIRD, ok(Item.THIRD));
        checks.check(Item.OTHER, ok(Item.OTHER));
    }

    @Test
    void aStartEndsWithTheFirstFailure() {
        assertThatThrownBy(() -> makeAll(Checklist.untilFailure())).isInstanceOfSatisfying(SourceException.class, e -> {
            assertThat(e.action()).isEqualTo("PAINT IT BLUE;");
            assertThat(e.remedy()).isEqualTo(Remedy.sql("PAINT IT BLUE;"));
        });
        assertThat(made).isEmpty();
    }

    @Test
    void theDoctorGoesOnAndNamesWhatItCouldNotCheck() throws SQLException {
        Checklist checks = Checklist.ofAll(e -> refused());
        makeAll(checks);

        assertThat(made).containsExactly(Item.OTHER);
        assertThat(checks.results())
                .containsExactly(
                        new Prerequisite("first", Verdict.FAILED, "it is red", Remedy.sql("PAINT IT BLUE;")),
                        new Prerequisite("second", Verdict.NOT_CHECKED, "because 'first' failed", null),
                        new Prerequisite("third", Verdict.NOT_CHECKED, "because 'first' failed", null),
                        new Prerequisite("other", Verdict.OK, "fine", null));
    }

    @Test
    void aFailedStatementIsAFailure() throws SQLException {
        Checklist checks = Checklist.ofAll(e -> SourceException.transientFailure("gone: " + e.getMessage(), e));
        checks.check(Item.FIRST, () -> {
            throw new SQLException("cut");
        });

        assertThat(checks.results()).containsExactly(new Prerequisite("first", Verdict.FAILED, "gone: cut", null));
    }

    @Test
    void aStartHearsOfWarnings() throws SQLException {
        List<String> heard = new ArrayList<>();
        Checklist checks = Checklist.untilFailure((item, finding) -> heard.add(item.label() + ": " + finding.found()));
        checks.check(Item.FIRST, () -> Finding.warning("it is small", null));
        checks.check(Item.SECOND, ok(Item.SECOND));

        assertThat(heard).containsExactly("first: it is small");
        assertThat(made).containsExactly(Item.SECOND);
    }

    @Test
    void warningsAreJoinedWithTheirRemedies() {
        Finding one = Finding.warning("a", Remedy.sql("A;"));
        Finding other = Finding.warning("b", Remedy.sql("B;").thenRestart());

        assertThat(Finding.ok("fine").and(one)).isEqualTo(one);
        assertThat(one.and(Finding.ok("fine"))).isEqualTo(one);
        assertThat(one.and(other))
                .isEqualTo(Finding.warning("a; b", Remedy.sql("A;", "B;").thenRestart()));
    }
}
