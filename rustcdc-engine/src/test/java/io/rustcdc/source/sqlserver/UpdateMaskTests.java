package io.rustcdc.source.sqlserver;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UpdateMaskTests {

    private static final UpdateMask SECOND_AND_NINTH = new UpdateMask(new byte[] {0x01, 0x02});

    @Test
    void theFirstColumnIsTheLowestBitOfTheLastByte() {
        assertThat(SECOND_AND_NINTH.isSet(1)).isFalse();
        assertThat(SECOND_AND_NINTH.isSet(2)).isTrue();
        assertThat(SECOND_AND_NINTH.isSet(9)).isTrue();
        assertThat(SECOND_AND_NINTH.isSet(10)).isFalse();
    }

    @Test
    void largeValuesAreLeftOutOfUpdatesThatDidNotTouchThem() {
        CapturedColumn untouched = column(1, "nvarchar", -1);
        CapturedColumn touched = column(2, "nvarchar", -1);
        assertThat(SECOND_AND_NINTH.leavesOut(untouched, ChangePosition.UPDATE_OLD))
                .isTrue();
        assertThat(SECOND_AND_NINTH.leavesOut(untouched, ChangePosition.UPDATE_NEW))
                .isTrue();
        assertThat(SECOND_AND_NINTH.leavesOut(touched, ChangePosition.UPDATE_OLD))
                .isFalse();
        assertThat(SECOND_AND_NINTH.leavesOut(untouched, ChangePosition.DELETE)).isFalse();
        assertThat(SECOND_AND_NINTH.leavesOut(untouched, ChangePosition.INSERT)).isFalse();
    }

    @Test
    void theOldLargeTypesAreLeftOutOfEveryOldRow() {
        CapturedColumn touched = column(2, "ntext", 16);
        assertThat(SECOND_AND_NINTH.leavesOut(touched, ChangePosition.UPDATE_OLD))
                .isTrue();
        assertThat(SECOND_AND_NINTH.leavesOut(touched, ChangePosition.DELETE)).isTrue();
        assertThat(SECOND_AND_NINTH.leavesOut(touched, ChangePosition.UPDATE_NEW))
                .isFalse();
    }

    @Test
    void nothingIsLeftOutOfOtherTypes() {
        assertThat(SECOND_AND_NINTH.leavesOut(column(1, "int", 4), ChangePosition.UPDATE_OLD))
                .isFalse();
    }

    private static CapturedColumn column(int ordinal, String type, int length) {
        return new CapturedColumn("c" + ordinal, ordinal, ColumnType.of(type, type, length, 0, 0), true);
    }
}
