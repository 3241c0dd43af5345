package io.rustcdc.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.rustcdc.event.CdcException;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Columns;
import io.rustcdc.event.FailureKind;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.event.RowWrite;
import io.rustcdc.source.TableFilter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ColumnTransformTests {

    private static final TableFilter ALL = TableFilter.all();
    private static final HashKey KEY = HashKey.of("0123456789abcdef");
    private static final Columns COLUMNS = Columns.of(List.of("tenant", "id", "mail", "tags"), List.of("tenant", "id"));

    private static Row row(@Nullable Object... values) {
        Map<String, @Nullable Object> named = new LinkedHashMap<>();
        for (int i = 0; i < values.length; i++) {
            named.put(COLUMNS.name(i), values[i]);
        }
        return Row.of(COLUMNS, named);
    }

    @Test
    @DisplayName("TF-03 dropping or masking a column of a composite key is a failure that names table and column")
    void keysCannotBeDroppedOrMasked() {
        ChangeEvent<Row> event = Changes.of(Operation.INSERT, null, row(1, 2, "m", "t"));
        for (ColumnTransform transform : List.of(
                ColumnTransform.exclude(ALL, List.of("id")),
                ColumnTransform.include(ALL, List.of("tenant", "mail")),
                ColumnTransform.mask(ALL, List.of("ID"), Mask.text("***")))) {
            assertThatExceptionOfType(CdcException.class)
                    .isThrownBy(() -> transform.apply(event))
                    .withMessageContaining("public.orders")
                    .withMessageContaining("'id'")
                    .matches(e -> e.kind() == FailureKind.CONFIGURATION && e.action() != null);
        }
    }

    @Test
    @DisplayName("TF-04 what was absent is absent under its new name, and a left-out column is missing no more")
    void absenceFollows() {
        ChangeEvent<Row> event = Changes.of(Operation.UPDATE, row(1, 2), row(1, 2, "m"));
        Row renamed = ColumnTransform.rename(ALL, Map.of("TAGS", "labels"))
                .apply(event)
                .after();
        assertThat(renamed.columns().names()).containsExactly("tenant", "id", "mail", "labels");
        assertThat(renamed.isPresent("labels")).isFalse();
        assertThat(renamed.isComplete()).isFalse();
        for (ColumnTransform replacing : List.of(
                ColumnTransform.mask(ALL, List.of("tags"), Mask.nothing()),
                ColumnTransform.hash(ALL, List.of("tags"), KEY))) {
            assertThat(replacing.apply(event).after().isPresent("tags")).isFalse();
        }
        ChangeEvent<Row> without = ColumnTransform.exclude(ALL, List.of("t?gs")).apply(event);
        assertThat(without.after().isComplete()).isTrue();
        assertThat(without.rowWrite()).isInstanceOf(RowWrite.Replace.class);
        assertThat(event.rowWrite()).isInstanceOf(RowWrite.Merge.class);
    }

    @Test
    void aHashedAndRenamedKeyFollowsInBothImages() {
        ChangeEvent<Row> event = Changes.of(Operation.UPDATE, row(1, 2), row(1, 3, "m", "t"));
        ChangeEvent<Row> hashed = ColumnTransform.rename(ALL, Map.of("id", "number"))
                .apply(ColumnTransform.hash(ALL, List.of("id"), KEY).apply(event));
        assertThat(hashed.key().columns()).containsExactly("tenant", "number");
        assertThat(hashed.key().values()).containsExactly(1, KEY.hash("3"));
        assertThat(((RowWrite.Replace) hashed.rowWrite()).oldKey().values()).containsExactly(1, KEY.hash("2"));
        assertThat(hashed.after()).isSameAs(hashed.afterRow());
        assertThat(hashed.offset()).isSameAs(event.offset());
    }

    @Test
    @DisplayName("TF-11 empty masks, negative lengths, blank names and short keys are refused when they are made")
    void nonsenseIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Mask.text(""));
        assertThatIllegalArgumentException().isThrownBy(() -> Mask.text("*").keepingLast(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> Mask.nothing().keepingLast(2));
        assertThatIllegalArgumentException().isThrownBy(() -> ColumnTransform.exclude(ALL, List.of(" ")));
        assertThatIllegalArgumentException().isThrownBy(() -> ColumnTransform.exclude(ALL, List.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> ColumnTransform.rename(ALL, Map.of("mail", "")));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HashKey.of("short-secret"))
                .withMessageNotContaining("short-secret");
        assertThat(KEY.toString()).doesNotContain("0123456789abcdef");
    }

    @Test
    @DisplayName("TF-12 nothing of a masked or hashed column that holds a structure can be read, as a value or as text")
    void leavesOfStructuresAreMasked() {
        ChangeEvent<Row> event = Changes.of(Operation.INSERT, null, row(1, 2, "{\"card\":\"4111\"}", List.of("4111")));
        for (ColumnTransform transform : List.of(
                ColumnTransform.mask(ALL, List.of("mail", "tags"), Mask.text("***")),
                ColumnTransform.hash(ALL, List.of("mail", "tags"), KEY))) {
            Row row = transform.apply(event).after();
            assertThat(row.toMap().toString() + row.text(2) + row.text(3)).doesNotContain("4111");
        }
    }

    @Test
    void masksKeepEndsAndNull() {
        ColumnTransform masks = ColumnTransform.mask(
                ALL, List.of("mail", "tags"), Mask.text("*").keepingLast(2));
        Row row = masks.apply(Changes.of(Operation.INSERT, null, row(1, 2, "a\uD83D\uDE00b", null)))
                .after();
        assertThat(row.get("mail")).isEqualTo("*\uD83D\uDE00b");
        assertThat(row.isNull(3)).isTrue();
        assertThat(row.get("tags")).isNull();
        Row shorter = masks.apply(Changes.of(Operation.INSERT, null, row(1, 2, "ab", "t")))
                .after();
        assertThat(shorter.get("mail")).isEqualTo("*");
    }

    /** Test case 1 of RFC 4231. */
    @Test
    void hashesAsTheStandardSays() {
        assertThat(HashKey.of("\u000b".repeat(20)).hash("Hi There"))
                .isEqualTo("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    }

    @Test
    @DisplayName("CO-07 the digest of a value does not depend on the order of the columns, and is always this one")
    void digestsArePinned() {
        ColumnTransform hash = ColumnTransform.hash(ALL, List.of("mail"), HashKey.of("\u000b".repeat(20)));
        for (List<String> order : List.of(List.of("id", "mail", "note"), List.of("note", "mail", "id"))) {
            Row row = Row.of(Columns.of(order, List.of("id")), Map.of("id", 1, "mail", "Hi There", "note", "x"));
            assertThat(hash.apply(Changes.of(Operation.INSERT, null, row))
                            .after()
                            .get("mail"))
                    .isEqualTo("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
        }
    }

    @Test
    @DisplayName("TF-08 tables and columns are matched in any case, by one matcher")
    void caseDoesNotCount() {
        ColumnTransform transform = ColumnTransform.exclude(TableFilter.of("PUBLIC.ORDERS"), List.of("Mail"));
        assertThat(transform
                        .apply(Changes.of(Operation.INSERT, null, row(1, 2, "m", "t")))
                        .after()
                        .columns()
                        .names())
                .containsExactly("tenant", "id", "tags");
    }

    @Test
    void aRowThatNobodyReadsIsNotDecodedAndItsColumnsStayOneInstance() {
        ColumnTransform transform = ColumnTransform.exclude(ALL, List.of("tags"));
        ColumnTransform hash = ColumnTransform.hash(ALL, List.of("mail"), KEY);
        Row undecodable = new Undecodable(COLUMNS);
        ChangeEvent<Row> one = hash.apply(transform.apply(Changes.of(Operation.INSERT, null, undecodable)));
        ChangeEvent<Row> two = hash.apply(transform.apply(Changes.of(Operation.INSERT, null, undecodable)));
        assertThat(one.after().columns()).isSameAs(two.after().columns());
        assertThat(one.after().isPresent(0)).isTrue();
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> one.after().value(2));
    }

    @Test
    void invariantsHoldForRandomRows() {
        for (long seed = 1; seed <= 3000; seed++) {
            Random random = new Random(seed);
            ChangeEvent<Row> event = Changes.random(random);
            ChangeEvent<Row> result = event;
            List<String> steps = new ArrayList<>();
            for (int i = random.nextInt(4); i >= 0; i--) {
                ColumnTransform transform = randomTransform(
                        random,
                        result.afterRow() == null
                                ? result.beforeRow().columns()
                                : result.afterRow().columns());
                steps.add(transform.toString());
                result = Guard.checked(result, transform.apply(result));
            }
            assertThat(result.offset()).as("seed %d %s", seed, steps).isSameAs(event.offset());
            assertThat(result.transaction()).isSameAs(event.transaction());
            assertThat(result.operation()).isEqualTo(event.operation());
            assertThat(result.key() == null).as("seed %d %s", seed, steps).isEqualTo(event.key() == null);
            assertThat(result.before() == null).isEqualTo(event.before() == null);
            assertThat(present(result.afterRow())).isLessThanOrEqualTo(present(event.afterRow()));
            if (event.beforeRow() != null && event.afterRow() != null) {
                assertThat(result.beforeRow().columns())
                        .isSameAs(result.afterRow().columns());
            }
        }
    }

    private static int present(@Nullable Row row) {
        return row == null ? 0 : row.toMap().size();
    }

    private static ColumnTransform randomTransform(Random random, Columns columns) {
        String any = columns.names().get(random.nextInt(columns.size()));
        List<String> free = columns.names().stream()
                .filter(name -> !columns.key().contains(name))
                .toList();
        String other = free.isEmpty() || free.size() == columns.size() && free.size() == 1
                ? "nothing"
                : free.get(random.nextInt(free.size()));
        return switch (random.nextInt(5)) {
            case 0 -> ColumnTransform.exclude(ALL, List.of(other));
            case 1 -> {
                List<String> kept = new ArrayList<>(columns.key());
                kept.addAll(Arrays.asList(any, other));
                yield ColumnTransform.include(ALL, kept);
            }
            case 2 -> ColumnTransform.rename(ALL, Map.of(any, "r" + random.nextInt(Integer.MAX_VALUE)));
            case 3 -> ColumnTransform.mask(ALL, List.of(other), random.nextBoolean() ? Mask.nothing() : Mask.text("x"));
            default -> ColumnTransform.hash(ALL, List.of(any), KEY);
        };
    }
}
