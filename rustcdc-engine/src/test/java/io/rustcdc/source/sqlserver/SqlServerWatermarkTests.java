package io.rustcdc.source.sqlserver;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SqlServerWatermarkTests {

    private final SqlServerWatermark view = new SqlServerWatermark(lsn(10), lsn(20));

    @Test
    void includesWhatWasCapturedBeforeTheRowsWereRead() {
        assertThat(view.includes(new SqlServerMark(lsn(10)))).isTrue();
        assertThat(view.includes(new SqlServerMark(lsn(11)))).isFalse();
    }

    @Test
    void isPassedBehindTheEndOfTheLog() {
        assertThat(view.isPassedBy(new SqlServerMark(lsn(20)))).isFalse();
        assertThat(view.isPassedBy(new SqlServerMark(lsn(21)))).isTrue();
    }

    @Test
    void aPositionPassesItByWhatIsKnownToHaveBeenScanned() {
        SqlServerOffset captured = SqlServerOffset.at(lsn(15), KnownInstances.NONE);
        assertThat(view.isPassedBy(captured)).isFalse();
        assertThat(view.isPassedBy(captured.scannedTo(lsn(20)))).isTrue();
        assertThat(view.isPassedBy(SqlServerOffset.at(lsn(20), KnownInstances.NONE)))
                .isTrue();
    }

    private static Lsn lsn(int number) {
        return new Lsn(0, number);
    }
}
