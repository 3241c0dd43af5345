package io.rustcdc.deadletter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.rustcdc.codec.SameChange;
import io.rustcdc.deadletter.DeadLetter.State;
import io.rustcdc.deadletter.DeadLetterStore.Filter;
import io.rustcdc.event.ChangeEvent;
import io.rustcdc.event.Columns;
import io.rustcdc.event.EventSource;
import io.rustcdc.event.FailureKind;
import io.rustcdc.event.Offset;
import io.rustcdc.event.Operation;
import io.rustcdc.event.Row;
import io.rustcdc.event.TableId;
import io.rustcdc.event.Transaction;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every store of dead letters promises. */
public abstract class DeadLetterStoreContract {

    protected static final EventSource SHOP = new EventSource("shop", "postgres");
    protected static final TableId ORDERS = new TableId("public", "orders");
    protected static final TableId PLAIN = new TableId(null, "orders");
    protected static final Instant NOW = Instant.parse("2025-06-15T15:06:40.123456Z");

    private static final Columns COLUMNS = Columns.of(List.of("id", "note"), List.of("id"));

    /** A store of the source shop that takes so many letters; each call gives a handle on the same place. */
    protected abstract DeadLetterStore open(int maxLetters);

    /** A position that is one number. */
    public record Place(long number) implements Offset {

        @Override
        public String text() {
            return "at " + number;
        }

        @Override
        public Map<String, Object> fields() {
            return Map.of("number", number);
        }

        @Override
        public boolean isBefore(Offset other) {
            return number < ((Place) other).number;
        }

        public static Place parse(Map<String, ?> fields) {
            return new Place(((Number) fields.get("number")).longValue());
        }
    }

    private DeadLetterStore open() {
        return open(1000);
    }

    protected static DeadLetter letter(String listener, TableId table, long place, Object key) {
        return DeadLetter.of(
                listener,
                event(Operation.INSERT, table, place).after(row(key)).build(),
                new Failure("java.lang.IllegalStateException: no luck", 3, NOW),
                NOW);
    }

    private static DeadLetter moved(long place, Object from, Object to) {
        return DeadLetter.of(
                "mail",
                event(Operation.UPDATE, ORDERS, place)
                        .before(Row.of(COLUMNS, Map.of("id", from)), true)
                        .after(row(to))
                        .build(),
                null,
                NOW);
    }

    private static ChangeEvent.Builder event(Operation operation, TableId table, long place) {
        return ChangeEvent.of(SHOP, operation, table)
                .offset(new Place(place))
                .commitTime(NOW)
                .transaction(new Transaction(7, 2, false));
    }

    private static Row row(Object key) {
        return Row.of(COLUMNS, Map.of("id", key, "note", "grün 🚀"));
    }

    protected static ParkedRow row(String listener, TableId table, Object key) {
        return letter(listener, table, 0, key).rows().get(0);
    }

    private static List<Long> places(List<DeadLetter> letters) {
        return letters.stream()
                .map(letter -> ((Place) letter.event().offset()).number())
                .toList();
    }

    @Test
    void holdsNothingAtFirst() {
        DeadLetterStore store = open();
        assertThat(store.parked()).isEmpty();
        assertThat(store.count()).isZero();
        assertThat(store.list(Filter.all(), 10, DeadLetter.NO_ID)).isEmpty();
        assertThat(store.find(1)).isEmpty();
        assertThat(store.remove(1)).isFalse();
        assertThat(store.location()).isNotBlank();
    }

    @Test
    void givesBackALetterAsItWas() {
        DeadLetterStore store = open();
        DeadLetter letter = letter("mail", ORDERS, 5, 1);
        assertThat(store.park(letter)).isTrue();

        DeadLetter found = store.list(Filter.all(), 10, DeadLetter.NO_ID).get(0);
        assertThat(found.listener()).isEqualTo("mail");
        assertThat(found.position()).isEqualTo(letter.position());
        assertThat(found.failure()).isEqualTo(letter.failure());
        assertThat(found.parkedAt()).isEqualTo(NOW);
        assertThat(found.state()).isEqualTo(State.PARKED);
        SameChange.assertSame(found.event(), letter.event());
        assertThat(store.find(found.id())).map(DeadLetter::position).contains(letter.position());
    }

    @Test
    void keepsAChangeOnceHoweverOftenItIsDelivered() {
        DeadLetterStore store = open();
        assertThat(store.park(letter("mail", ORDERS, 5, 1))).isTrue();
        assertThat(store.park(letter("mail", ORDERS, 5, 1))).isFalse();
        assertThat(store.count()).isEqualTo(1);
        assertThat(store.park(letter("search", ORDERS, 5, 1))).isTrue();
        assertThat(store.count()).isEqualTo(2);
    }

    @Test
    void tellsRowsApartAndTheOldestOffsetOfEach() {
        DeadLetterStore store = open();
        store.park(letter("mail", ORDERS, 5, 1));
        store.park(letter("mail", ORDERS, 6, 1));
        store.park(letter("mail", ORDERS, 7, 2));
        store.park(letter("search", ORDERS, 8, 1));
        store.park(letter("mail", PLAIN, 9, 1));

        assertThat(store.parked())
                .containsOnly(
                        Map.entry(row("mail", ORDERS, 1), new Place(5)),
                        Map.entry(row("mail", ORDERS, 2), new Place(7)),
                        Map.entry(row("search", ORDERS, 1), new Place(8)),
                        Map.entry(row("mail", PLAIN, 1), new Place(9)));
        assertThat(places(store.queue(row("mail", ORDERS, 1), 10))).containsExactly(5L, 6L);
        assertThat(places(store.queue(row("mail", ORDERS, 1), 1))).containsExactly(5L);
    }

    @Test
    void aChangedKeyStandsInTheQueuesOfBoth() {
        DeadLetterStore store = open();
        store.park(letter("mail", ORDERS, 5, 1));
        store.park(moved(6, 1, 2));
        store.park(letter("mail", ORDERS, 7, 2));

        assertThat(places(store.queue(row("mail", ORDERS, 1), 10))).containsExactly(5L, 6L);
        assertThat(places(store.queue(row("mail", ORDERS, 2), 10))).containsExactly(6L, 7L);
        assertThat(store.parked())
                .containsOnly(
                        Map.entry(row("mail", ORDERS, 1), new Place(5)),
                        Map.entry(row("mail", ORDERS, 2), new Place(6)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "a", "A", "a ", "ä", "a\u0308", "\u0000", "\\u0000", "\uD83D", "漢 🚀", "\\", "\"", "a\nb"})
    void keepsKeysOfAnyKindApart(String key) {
        DeadLetterStore store = open();
        store.park(letter("mail", ORDERS, 1, "b"));
        store.park(letter("mail", ORDERS, 2, key));
        store.park(letter("mail", ORDERS, 3, key + "x".repeat(20_000)));

        assertThat(store.parked().keySet())
                .containsExactlyInAnyOrder(
                        row("mail", ORDERS, "b"),
                        row("mail", ORDERS, key),
                        row("mail", ORDERS, key + "x".repeat(20_000)));
        assertThat(places(store.queue(row("mail", ORDERS, key), 10))).containsExactly(2L);
        assertThat(places(store.queue(row("mail", ORDERS, key + "x".repeat(20_000)), 10)))
                .containsExactly(3L);
        assertThat(store.queue(row("mail", ORDERS, "B"), 10)).isEmpty();
    }

    @Test
    void listsPageByPageWhatIsAskedFor() {
        DeadLetterStore store = open();
        LongStream.range(0, 10).forEach(i -> store.park(letter(i % 2 == 0 ? "mail" : "search", ORDERS, i, i)));
        store.park(letter("mail", PLAIN, 10, 1));

        List<DeadLetter> first = store.list(Filter.all(), 6, DeadLetter.NO_ID);
        List<DeadLetter> second = store.list(Filter.all(), 6, first.get(5).id());
        assertThat(places(first)).containsExactly(0L, 1L, 2L, 3L, 4L, 5L);
        assertThat(places(second)).containsExactly(6L, 7L, 8L, 9L, 10L);
        assertThat(places(store.list(new Filter("mail", null, null), 10, DeadLetter.NO_ID)))
                .containsExactly(0L, 2L, 4L, 6L, 8L, 10L);
        assertThat(places(store.list(new Filter("mail", PLAIN, null), 10, DeadLetter.NO_ID)))
                .containsExactly(10L);
        assertThat(store.list(new Filter(null, null, State.SUPERSEDED), 10, DeadLetter.NO_ID))
                .isEmpty();
    }

    @Test
    void whatIsRemovedMayBeParkedAgain() {
        DeadLetterStore store = open();
        store.park(letter("mail", ORDERS, 5, 1));
        long id = store.list(Filter.all(), 1, DeadLetter.NO_ID).get(0).id();

        assertThat(store.remove(id)).isTrue();
        assertThat(store.remove(id)).isFalse();
        assertThat(store.parked()).isEmpty();
        assertThat(store.park(letter("mail", ORDERS, 5, 1))).isTrue();
        assertThat(store.list(Filter.all(), 1, DeadLetter.NO_ID).get(0).id()).isGreaterThan(id);
    }

    @Test
    void aTableThatWasEmptiedSupersedesItsLetters() {
        DeadLetterStore store = open();
        store.park(letter("mail", ORDERS, 5, 1));
        store.park(letter("search", ORDERS, 5, 1));
        store.park(letter("mail", PLAIN, 6, 1));

        assertThat(store.supersede("mail", ORDERS)).isEqualTo(1);
        assertThat(store.supersede("mail", ORDERS)).isZero();
        assertThat(store.parked().keySet()).containsExactlyInAnyOrder(row("search", ORDERS, 1), row("mail", PLAIN, 1));
        assertThat(store.queue(row("mail", ORDERS, 1), 10)).isEmpty();
        assertThat(places(store.list(new Filter(null, null, State.SUPERSEDED), 10, DeadLetter.NO_ID)))
                .containsExactly(5L);
        assertThat(store.count()).isEqualTo(3);

        assertThat(store.park(letter("mail", ORDERS, 5, 1))).isFalse();
        assertThat(store.parked()).containsEntry(row("mail", ORDERS, 1), new Place(5));
    }

    @Test
    void remembersTheLastFailureOnly() {
        DeadLetterStore store = open();
        store.park(moved(5, 1, 2));
        DeadLetter letter = store.list(Filter.all(), 1, DeadLetter.NO_ID).get(0);
        assertThat(letter.failure()).isNull();

        Failure failure = new Failure("java.lang.Error: 💥 \\u0041 \u0000", 4, NOW.plusSeconds(1));
        store.failedAgain(letter.id(), failure);
        store.failedAgain(letter.id() + 1, failure);
        assertThat(store.find(letter.id())).map(DeadLetter::failure).contains(failure);
    }

    @Test
    void takesNoMoreThanItsLimitButWhatItHas() {
        DeadLetterStore store = open(2);
        store.park(letter("mail", ORDERS, 1, 1));
        store.park(letter("mail", ORDERS, 2, 2));
        assertThatExceptionOfType(DeadLetterException.class)
                .isThrownBy(() -> store.park(letter("mail", ORDERS, 3, 3)))
                .withMessageContaining("2 dead letters")
                .satisfies(e -> assertThat(e.kind()).isEqualTo(FailureKind.TERMINAL));
        assertThat(store.park(letter("mail", ORDERS, 2, 2))).isFalse();
        assertThat(store.count()).isEqualTo(2);

        Optional<DeadLetter> one =
                store.list(Filter.all(), 1, DeadLetter.NO_ID).stream().findFirst();
        store.remove(one.orElseThrow().id());
        assertThat(store.park(letter("mail", ORDERS, 3, 3))).isTrue();
    }

    @Test
    void aLetterOfATransformKeepsNothingBack() {
        DeadLetterStore store = open();
        ChangeEvent<Row> event =
                event(Operation.INSERT, ORDERS, 7).after(row(1)).build();
        Failure failure = new Failure("java.lang.IllegalStateException: no luck", 1, NOW);
        DeadLetter letter = DeadLetter.skipped("mask", event, failure, NOW);
        assertThat(store.park(letter)).isTrue();
        assertThat(store.park(letter)).isFalse();
        assertThat(store.park(DeadLetter.of("mail", event, failure, NOW))).isTrue();
        assertThat(store.supersede("transform:mask", ORDERS)).isZero();
        DeadLetter kept = store.list(new Filter("transform:mask", ORDERS, State.SKIPPED), 10, 0)
                .get(0);
        assertThat(kept.state()).isEqualTo(State.SKIPPED);
        SameChange.assertSame(kept.event(), event);
        assertThat(store.queue(letter.rows().get(0), 10)).isEmpty();
        assertThat(store.parked().keySet()).extracting(ParkedRow::listener).containsExactly("mail");
        assertThat(store.count()).isEqualTo(2);
        assertThat(store.remove(kept.id())).isTrue();
    }

    @Test
    void aLetterOfATransformMayHaveNoKey() {
        DeadLetterStore store = open();
        ChangeEvent<Row> event = event(Operation.INSERT, ORDERS, 7)
                .after(Row.of(Columns.of(List.of("id", "note"), List.of()), Map.of("id", 1, "note", "x")))
                .build();
        Failure failure = new Failure("java.lang.IllegalStateException: no luck", 1, NOW);
        assertThat(store.park(DeadLetter.skipped("mask", event, failure, NOW))).isTrue();
        assertThat(store.park(DeadLetter.skipped("mask", event, failure, NOW))).isFalse();
        DeadLetter kept = store.list(Filter.all(), 10, 0).get(0);
        assertThat(kept.rows()).isEmpty();
        assertThat(store.parked()).isEmpty();
    }
}
