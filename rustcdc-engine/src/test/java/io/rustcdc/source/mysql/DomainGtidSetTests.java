package io.rustcdc.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DomainGtidSetTests {

    // MY-06
    @Test
    void my06writesDomainServerSequenceInTheOrderOfDomains() {
        assertThat(parse("10-2-7, 0-1-42")).hasToString("0-1-42,10-2-7");
        assertThat(parse("4294967295-4294967295-18446744073709551615"))
                .hasToString("4294967295-4294967295-18446744073709551615");
    }

    // MY-06, MY-20
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0-1",
                "0-1-",
                "-1-1",
                "0-1-x",
                "0-1-42,",
                ",",
                "0-1-42,,1-1-1",
                "4294967296-1-1",
                "0-4294967296-1",
                "null",
                "0-1-18446744073709551616",
                "3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5"
            })
    void my20malformedTextIsNeverTheEmptySet(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse(text))
                .withMessageContaining("Expected a MariaDB GTID such as \"0-1-42\" (domain-server-sequence), found");
    }

    @Test
    void refusesTwoOfOneDomain() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse("0-1-42,0-2-43"))
                .withMessage("Expected one GTID for each domain, found 0-1-42 and 0-2-43 in \"0-1-42,0-2-43\"");
    }

    @Test
    void blankIsTheEmptySet() {
        assertThat(parse(" ")).isEqualTo(GtidSet.empty(Flavor.MARIADB)).hasToString("");
    }

    @Test
    void theLastOfADomainStandsForAllBeforeItWhoeverWroteThem() {
        GtidSet set = parse("0-1-42,1-1-9");

        assertThat(set.contains(DomainGtid.parse("0-2-41"))).isTrue();
        assertThat(set.contains(DomainGtid.parse("0-1-43"))).isFalse();
        assertThat(set.contains(DomainGtid.parse("2-1-1"))).isFalse();
        assertThat(parse("0-2-40").isSubsetOf(set)).isTrue();
        assertThat(parse("0-2-40,2-1-1").isSubsetOf(set)).isFalse();
        assertThat(parse("0-2-40,1-1-10,2-1-1").minus(set)).isEqualTo(parse("1-1-10,2-1-1"));
    }

    @Test
    void sequencesAreUnsigned() {
        assertThat(parse("0-1-18446744073709551615").contains(DomainGtid.parse("0-1-9223372036854775807")))
                .isTrue();
    }

    @Test
    void theOrderInTheBinlogCountsWhereTwoServersWriteToOneDomain() {
        assertThat(parse("0-1-100").with(DomainGtid.parse("0-2-99"))).hasToString("0-2-99");
    }

    @Test
    void behavesAsAMapOfLastSequences() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            SortedMap<Long, DomainGtid> model = new TreeMap<>();
            GtidSet set = GtidSet.empty(Flavor.MARIADB);
            for (int i = random.nextInt(20); i > 0; i--) {
                DomainGtid gtid = new DomainGtid(random.nextInt(5), random.nextInt(3), random.nextInt(10));
                model.put(gtid.domain(), gtid);
                set = set.with(gtid);
            }
            String text = model.values().stream().map(DomainGtid::toString).collect(Collectors.joining(","));

            assertThat(set).as("seed %d", seed).hasToString(text).isEqualTo(parse(text));
            for (long domain = 0; domain < 5; domain++) {
                for (long number = 0; number < 10; number++) {
                    DomainGtid last = model.get(domain);
                    assertThat(set.contains(new DomainGtid(domain, 0, number)))
                            .as("seed %d: %d-0-%d in %s", seed, domain, number, set)
                            .isEqualTo(last != null && number <= last.number());
                }
            }
        }
    }

    private static GtidSet parse(String text) {
        return GtidSet.parse(Flavor.MARIADB, text);
    }
}
