package io.rustcdc.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReplicaNameTests {

    private final ReplicaName own = ReplicaName.own("shop");

    @Test
    void fitsIntoWhatEveryServerTakesAndIsReadBack() {
        ReplicaName longest = ReplicaName.own("a-very-long-name-of-a-source-that-goes-on-and-on");
        assertThat(longest.toString().length()).isLessThanOrEqualTo(60);
        assertThat(ReplicaName.parse(longest.toString())).isEqualTo(longest);
        assertThat(ReplicaName.parse("replica-7")).isNull();
        assertThat(ReplicaName.parse(null)).isNull();
    }

    @Test
    void aReaderOfADeadProcessOfThisHostIsGone() {
        assertThat(new ReplicaName("shop", Integer.MAX_VALUE, own.host()).isGone(own))
                .isTrue();
        assertThat(own.isGone(own)).isTrue();
    }

    @Test
    void anotherSourceAnotherLivingProcessAndAnotherHostAreNot() {
        assertThat(new ReplicaName("crm", own.process(), own.host()).isGone(own))
                .isFalse();
        assertThat(new ReplicaName("shop", 1, own.host()).isGone(own)).isFalse();
        assertThat(new ReplicaName("shop", Integer.MAX_VALUE, "other").isGone(own))
                .isFalse();
    }
}
