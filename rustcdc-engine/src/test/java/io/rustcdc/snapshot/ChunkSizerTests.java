package io.rustcdc.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ChunkSizerTests {

    private static final Duration FAST = Duration.ofMillis(1);
    private static final Duration SLOW = Duration.ofMillis(500);

    @Test
    void growsStepByStepAndShrinksAtOnce() {
        ChunkSizer sizer = new ChunkSizer(0);
        int first = sizer.size();
        sizer.took(FAST, true);
        assertThat(sizer.size()).isEqualTo(2 * first);
        sizer.took(SLOW, true);
        assertThat(sizer.size()).isEqualTo(2 * first / 10);
    }

    @Test
    void staysWithinItsBounds() {
        ChunkSizer sizer = new ChunkSizer(0);
        for (int i = 0; i < 20; i++) {
            sizer.took(FAST, true);
        }
        assertThat(sizer.size()).isEqualTo(ChunkSizer.LARGEST);
        for (int i = 0; i < 20; i++) {
            sizer.took(Duration.ofHours(1), true);
        }
        assertThat(sizer.size()).isEqualTo(ChunkSizer.SMALLEST);
    }

    @Test
    void doesNotGrowBeyondWhatFitsInBytes() {
        ChunkSizer sizer = new ChunkSizer(0);
        int first = sizer.size();
        sizer.took(FAST, false);
        assertThat(sizer.size()).isEqualTo(first);
    }

    @Test
    void aSlowReadDoesNotMakeItLargerThanLargeRowsAllow() {
        ChunkSizer sizer = new ChunkSizer(0);
        sizer.cut(7);
        sizer.took(SLOW, true);
        sizer.tooSlow();
        assertThat(sizer.size()).isEqualTo(7);
    }

    @Test
    void aFixedSizeNeitherGrowsNorShrinksByTime() {
        ChunkSizer sizer = new ChunkSizer(500);
        sizer.took(FAST, true);
        sizer.took(SLOW, true);
        sizer.tooSlow();
        assertThat(sizer.size()).isEqualTo(500);
    }

    @Test
    void aChunkThatWasCutByItsBytesMakesTheNextOneSoSmall() {
        for (int fixed : new int[] {0, 2048}) {
            ChunkSizer sizer = new ChunkSizer(fixed);
            sizer.cut(7);
            assertThat(sizer.size()).isEqualTo(7);
            sizer.took(FAST, true);
            assertThat(sizer.size()).isEqualTo(14);
            sizer.cut(1);
            assertThat(sizer.size()).isEqualTo(1);
            for (int i = 0; i < 30; i++) {
                sizer.took(FAST, true);
            }
            assertThat(sizer.size()).isEqualTo(fixed == 0 ? ChunkSizer.LARGEST : fixed);
        }
    }
}
