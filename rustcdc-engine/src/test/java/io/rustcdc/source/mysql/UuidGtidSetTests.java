package io.rustcdc.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UuidGtidSetTests {

    private static final String A = "3e11fa47-71ca-11e1-9e33-c80aa9429562";
    private static final String B = "f0000000-0000-0000-0000-000000000001";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "A:1-5 | A:1-5",
                "A:5 | A:5",
                "A:1-3:4-6:9 | A:1-6:9",
                "A:9:1-3:2-6 | A:1-6:9",
                "A:1,A:2 | A:1-2",
                "B:7,A:1 | A:1,B:7",
                "A : 1 - 5 : 7 , B:1 | A:1-5:7,B:1",
                "A:9223372036854775806 | A:9223372036854775806",
            })
    void writesOneCanonicalText(String text, String canonical) {
        assertThat(parse(text)).hasToString(canonical.replace("A", A).replace("B", B));
    }

    @Test
    void readsWhatTheServerWritesWithNewlinesAndInUpperCase() {
        String text = A.toUpperCase(Locale.ROOT) + ":1-5:7,\n" + B + ":1-9";

        assertThat(GtidSet.parse(Flavor.MYSQL, text)).isEqualTo(parse("A:1-5:7,B:1-9"));
    }

    // MY-20
    @ParameterizedTest
    @ValueSource(
            strings = {
                "A",
                "A:",
                "A:0",
                "A:-1",
                "A:5-3",
                "A:1-",
                "A:-5",
                "A:1,",
                ",A:1",
                "A:1,,B:1",
                "A:x y",
                "A:1:",
                "x",
                "null",
                "0-1-42",
                "A:9223372036854775807",
                "A:99999999999999999999",
                "+A:1",
                "A;1",
                "{A}:1"
            })
    void my20malformedTextIsNeverTheEmptySet(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse(text))
                .withMessageContaining("Expected MySQL GTIDs such as");
    }

    @ParameterizedTest
    @ValueSource(strings = {"A:backup:1", "A:1-5:backup:1-2", "B:1,A:_x1:7"})
    void recognizesTaggedGtids(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse(text))
                .withMessageContaining("without tags")
                .withMessageContaining(":");
    }

    @Test
    void blankIsTheEmptySet() {
        assertThat(GtidSet.parse(Flavor.MYSQL, " \n")).isEqualTo(GtidSet.empty(Flavor.MYSQL));
        assertThat(GtidSet.empty(Flavor.MYSQL).isEmpty()).isTrue();
        assertThat(GtidSet.empty(Flavor.MYSQL)).hasToString("");
    }

    // MY-02
    @Test
    void my02transactionsOneByOneBecomeOneRange() {
        GtidSet set = parse("B:1");
        for (int number = 1; number <= 10; number++) {
            set = set.with(new UuidGtid(UUID.fromString(A), number));
        }

        assertThat(set).hasToString(A + ":1-10," + B + ":1");
    }

    @Test
    void whatIsThereAlreadyMakesNoNewSet() {
        GtidSet set = parse("A:1-5:7");

        assertThat(set.with(new UuidGtid(UUID.fromString(A), 3))).isSameAs(set);
        assertThat(set.with(new UuidGtid(UUID.fromString(A), 6))).isEqualTo(parse("A:1-7"));
        assertThat(set).isEqualTo(parse("A:1-5:7"));
    }

    @Test
    void encodesForTheDumpWithExclusiveEnds() {
        byte[] bytes = ((UuidGtidSet) parse("A:1-5:7")).encode();

        assertThat(HexFormat.of().formatHex(bytes))
                .isEqualTo("0100000000000000" + A.replace("-", "") + "0200000000000000"
                        + "0100000000000000" + "0600000000000000"
                        + "0700000000000000" + "0800000000000000");
        assertThat(UuidGtidSet.EMPTY.encode()).isEqualTo(new byte[8]);
    }

    @Test
    void behavesAsASetOfAllItsTransactions() {
        for (int seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            Model one = new Model(random);
            Model other = new Model(random);
            String as = "seed %d: %s and %s".formatted(seed, one.set, other.set);

            assertThat(parse(one.set.toString())).as(as).isEqualTo(one.set).hasSameHashCodeAs(one.set);
            assertThat(one.set).as(as).isEqualTo(one.rebuilt());
            assertThat(one.set.isEmpty()).as(as).isEqualTo(one.gtids.isEmpty());
            assertThat(one.set.isSubsetOf(other.set)).as(as).isEqualTo(other.gtids.containsAll(one.gtids));
            assertThat(one.set.equals(other.set)).as(as).isEqualTo(one.gtids.equals(other.gtids));
            Set<String> rest = new TreeSet<>(one.gtids);
            rest.removeAll(other.gtids);
            assertThat(one.set.minus(other.set)).as(as).isEqualTo(Model.of(rest));
            for (Gtid gtid : Model.all()) {
                assertThat(one.set.contains(gtid)).as(as).isEqualTo(one.gtids.contains(gtid.toString()));
            }
        }
    }

    private static GtidSet parse(String text) {
        return GtidSet.parse(Flavor.MYSQL, text.replace("A", A).replace("B", B));
    }

    /** A set and, beside it, the texts of all that is in it. */
    private static final class Model {

        private static final String[] SERVERS = {A, B, "00000000-0000-0000-0000-000000000001"};
        private static final int NUMBERS = 12;

        private final Set<String> gtids = new TreeSet<>();
        private GtidSet set = GtidSet.empty(Flavor.MYSQL);

        Model(Random random) {
            int size = random.nextInt(30);
            for (int i = 0; i < size; i++) {
                Gtid gtid = all().get(random.nextInt(SERVERS.length * NUMBERS));
                gtids.add(gtid.toString());
                set = set.with(gtid);
            }
        }

        GtidSet rebuilt() {
            return of(gtids);
        }

        static GtidSet of(Set<String> gtids) {
            return GtidSet.parse(Flavor.MYSQL, String.join(",", gtids));
        }

        static List<Gtid> all() {
            return Arrays.stream(SERVERS)
                    .flatMap(server -> LongStream.rangeClosed(1, NUMBERS)
                            .mapToObj(number -> (Gtid) new UuidGtid(UUID.fromString(server), number)))
                    .collect(Collectors.toList());
        }
    }
}
