package io.rustcdc.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.rustcdc.event.CdcException;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Columns;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.FailureKind;
import io.rustcdc.event.Offset;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.event.TableId;
import io.rustcdc.event.TransformRule;
import io.rustcdc.observe.EngineObserver;
import io.rustcdc.source.TableFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PipelineTests {

    private static final Columns KEYED = Columns.of(List.of("a", "b", "c"), List.of("a", "b"));
    private static final Columns KEYLESS = Columns.of(List.of("a", "b", "c"), List.of());

    private final List<String> told = new ArrayList<>();
    private boolean stopping;

    private static ChangeEvent<Row> insert(Columns columns, Object value) {
        return Changes.of(Operation.INSERT, null, Row.of(columns, Map.of("a", value, "b", 2, "c", 3)));
    }

    private Pipeline pipeline(Transform transform) {
        return pipeline(Transforms.builder().add("mine", transform));
    }

    private Pipeline pipeline(Transforms.Builder transforms) {
        return new Pipeline(Changes.SOURCE, transforms.build(), new Recording(), () -> stopping);
    }

    @Test
    @DisplayName("TF-02 keyed and keyless tables pass, one after the other")
    void keylessTablesPass() {
        Pipeline pipeline = pipeline(event -> event.withRows(row -> row.with("c", 4)));
        assertThat(pipeline.transform(insert(KEYED, 1)).after().get("c")).isEqualTo(4);
        assertThat(pipeline.transform(insert(KEYLESS, 1)).after().get("c")).isEqualTo(4);
    }

    @Test
    @DisplayName("TF-03 a stage that takes a part of the key fails by name; one that says there is no key does not")
    void theKeyIsAllOrNothing() {
        Columns less = Columns.of(List.of("a", "b"), List.of("a", "b"));
        assertThatExceptionOfType(TransformException.class)
                .isThrownBy(() -> pipeline(event -> event.withRows(row -> Row.of(less, Map.of("a", 1))))
                        .transform(insert(KEYED, 1)))
                .withMessageContaining("'mine'")
                .withMessageContaining("public.orders at 0/1")
                .withMessageContaining("'b'")
                .matches(e -> e.kind() == FailureKind.TERMINAL);
        ChangeEvent<Row> keyless = pipeline(event -> event.withRows(row -> Row.of(KEYLESS, row.toMap())))
                .transform(insert(KEYED, 1));
        assertThat(keyless.key()).isNull();
    }

    @Test
    void absentStaysAbsentAndNoImageAppears() {
        ChangeEvent<Row> partial = Changes.of(Operation.UPDATE, null, Row.of(KEYED, Map.of("a", 1, "b", 2)));
        assertThatExceptionOfType(TransformException.class)
                .isThrownBy(() -> pipeline(event -> event.withRows(row -> row.with("c", 1)))
                        .transform(partial))
                .withMessageContaining("made up a value of column 'c'");
        assertThatExceptionOfType(TransformException.class)
                .isThrownBy(() -> pipeline(event -> event.map(row -> null)).transform(partial))
                .withMessageContaining("removed the image after");
    }

    @Test
    @DisplayName("An image that a transform maps is the row, too: nothing of the old one is left behind it")
    void mappedImagesAreTheRows() {
        ChangeEvent<Row> result =
                pipeline(event -> event.map(row -> row.with("c", "masked"))).transform(insert(KEYED, 1));
        assertThat(result.afterRow()).isSameAs(result.after());
        assertThat(result.afterRow().get("c")).isEqualTo("masked");
    }

    @Test
    @DisplayName("TF-05 a filter compares exact numbers; what it drops is told")
    void filtersExactly() {
        Pipeline pipeline = pipeline(event -> (Long) event.after().get("a") > 9_007_199_254_740_992L ? event : null);
        assertThat(pipeline.transform(insert(KEYED, 9_007_199_254_740_993L))).isNotNull();
        assertThat(pipeline.transform(insert(KEYED, 9_007_199_254_740_992L))).isNull();
        assertThat(told).isEmpty();
        pipeline.tell();
        pipeline.tell();
        assertThat(told).containsExactly("filtered mine");
    }

    @Test
    @DisplayName("TF-13 a failure of configuration in a transform stays one, with its remedy")
    void configurationStaysConfiguration() {
        CdcException cause = new CdcException(FailureKind.CONFIGURATION, "no region", "Set the region.", null);
        Pipeline pipeline = pipeline(event -> {
            throw cause;
        });
        assertThatExceptionOfType(TransformException.class)
                .isThrownBy(() -> pipeline.transform(insert(KEYED, 1)))
                .withMessageContaining("no region")
                .matches(
                        e -> e.kind() == FailureKind.CONFIGURATION && e.action().startsWith("Set the region."))
                .satisfies(pipeline::tell);
        assertThat(told).containsExactly("failed mine");
    }

    @Test
    void aMessageThatMayHoldValuesIsNotRepeated() {
        assertThatExceptionOfType(TransformException.class)
                .isThrownBy(() -> pipeline(event -> {
                            throw new IllegalStateException("4111");
                        })
                        .transform(insert(KEYED, 1)))
                .withMessageNotContaining("4111")
                .withMessageContaining("IllegalStateException");
    }

    @Test
    @DisplayName("RT-17 a skipped change is handed over as it came, and counted")
    void skippedChangesAreKept() {
        List<ChangeEvent<Row>> kept = new ArrayList<>();
        Pipeline pipeline = pipeline(Transforms.builder()
                .add("first", event -> event.withRows(row -> row.with("c", 4)))
                .add("broken", event -> {
                    throw new IllegalStateException();
                })
                .skipFailed((source, event, transform, cause) -> kept.add(event)));
        ChangeEvent<Row> event = insert(KEYED, 1);
        assertThat(pipeline.transform(event)).isNull();
        pipeline.forget();
        assertThat(pipeline.transform(event)).isNull();
        pipeline.tell();
        assertThat(kept).containsExactly(event, event);
        assertThat(told)
                .as("what was undone is not told")
                .containsExactly("applied first", "applied first", "skipped broken");
    }

    @Test
    void nothingIsSkippedThatCouldNotBeKeptOrWhileStopping() {
        Transform broken = event -> {
            throw new IllegalStateException();
        };
        Pipeline pipeline =
                pipeline(Transforms.builder().add("broken", broken).skipFailed((source, event, transform, cause) -> {
                    throw new IllegalStateException("full");
                }));
        assertThatExceptionOfType(TransformException.class)
                .isThrownBy(() -> pipeline.transform(insert(KEYED, 1)))
                .withMessageContaining("could not be set aside");
        stopping = true;
        assertThatExceptionOfType(TransformException.class)
                .isThrownBy(() -> pipeline.transform(insert(KEYED, 1)))
                .withMessageNotContaining("could not be set aside");
        assertThat(told).as("whether it ends the run is known outside").isEmpty();
    }

    @Test
    @DisplayName(
            "TF-10 a misspelt rule is reported: at once for a named table, else after 100 changes; a match ends that")
    void unmatchedRulesAreReported() {
        Pipeline pipeline = pipeline(Transforms.builder()
                .add(
                        "named",
                        ColumnTransform.mask(TableFilter.of("public.orders"), List.of("c", "crad"), Mask.text("*")))
                .add("other", ColumnTransform.exclude(TableFilter.of("stock.*"), List.of("*"))));
        pipeline.transform(insert(KEYED, 1));
        assertThat(told).contains("unmatched public.orders:crad").doesNotContain("unmatched stock.*:*");
        for (int i = 1; i < RuleWatch.PATIENCE; i++) {
            pipeline.transform(insert(KEYED, 1));
        }
        assertThat(told).contains("unmatched stock.*:*").doesNotContain("unmatched public.orders:c");
        assertThat(told.stream().filter(line -> line.startsWith("unmatched"))).hasSize(2);
        Columns mended = Columns.of(List.of("a", "b", "c", "crad"), List.of("a"));
        pipeline.transform(Changes.of(Operation.INSERT, null, Row.of(mended, Map.of("a", 1, "c", 2, "crad", 3))));
        assertThat(told).contains("matched public.orders:crad");
        pipeline.transform(Changes.of(
                Operation.INSERT, null, Row.of(Columns.of(List.of("a", "b"), List.of("a")), Map.of("a", 1))));
        assertThat(told).as("the masked column was renamed in the database").contains("unmatched public.orders:c");
    }

    @Test
    void truncatesAndSchemaChangesPassBy() {
        Pipeline pipeline = pipeline(event -> null);
        ChangeEvent<Row> truncate = Changes.of(Operation.TRUNCATE, null, null);
        assertThat(pipeline.transform(truncate)).isSameAs(truncate);
    }

    private final class Recording implements EngineObserver {

        @Override
        public void transformApplied(EventSource source, String transform, TableId table, Offset offset) {
            told.add("applied " + transform);
        }

        @Override
        public void changeFiltered(EventSource source, String transform, TableId table, Offset offset) {
            told.add("filtered " + transform);
        }

        @Override
        public void transformFailed(EventSource source, String transform, CdcException failure, boolean skipped) {
            told.add((skipped ? "skipped " : "failed ") + transform);
        }

        @Override
        public void transformUnmatched(EventSource source, TransformRule rule) {
            told.add("unmatched " + rule.rule());
        }

        @Override
        public void transformMatched(EventSource source, TransformRule rule) {
            told.add("matched " + rule.rule());
        }
    }
}
