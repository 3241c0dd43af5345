package io.rustcdc.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LogPlaceTests {

    @Test
    void followsEventsAndFiles() {
        LogPlace place = new LogPlace(null);
        assertThat(place.position()).isNull();
        place.rotate(BinlogWriter.rotate("binlog.000009", 4).event());
        assertThat(place.position()).hasToString("binlog.000009:4");
        pass(place, 900);
        assertThat(place.position()).hasToString("binlog.000009:900");
        place.rotate(BinlogWriter.rotate("binlog.000010", 4).event());
        assertThat(place.position()).hasToString("binlog.000010:4");
    }

    @Test
    void eventsWithoutAPlaceChangeNothingMY01() {
        LogPlace place = new LogPlace(null);
        place.rotate(BinlogWriter.rotate("binlog.000001", 4).event());
        pass(place, 500);
        pass(place, 0);
        place.pass(
                BinlogWriter.event(EventType.QUERY).endingAt(123).artificial().event());
        assertThat(place.position()).hasToString("binlog.000001:500");
    }

    @Test
    void countsOnWhereAFileIsLargerThan32BitsSay() {
        LogPlace place = new LogPlace(null);
        place.rotate(BinlogWriter.rotate("binlog.000001", 4).event());
        pass(place, 0xffff_fff0L);
        pass(place, 100);
        assertThat(place.position()).hasToString("binlog.000001:" + ((1L << 32) + 100));
        assertThat(place.start()).isEqualTo((1L << 32) + 100 - BinlogEvent.HEADER_BYTES);
    }

    @Test
    void neverLiesBeforeWhereTheStreamBeganThoughTheServerLooksForItInOlderFiles() {
        LogPlace place = new LogPlace(new BinlogPosition("binlog.000003", 700));
        assertThat(place.position()).hasToString("binlog.000003:700");
        place.rotate(BinlogWriter.rotate("binlog.000002", 4).event());
        place.pass(BinlogWriter.formatDescription(true).endingAt(126).event());
        pass(place, 5000);
        assertThat(place.position()).hasToString("binlog.000003:700");
        place.rotate(BinlogWriter.rotate("binlog.000003", 4).event());
        pass(place, 900);
        assertThat(place.position()).hasToString("binlog.000003:900");
    }

    @Test
    void aHeartbeatTellsHowFarTheServerIs() {
        LogPlace place = new LogPlace(null);
        place.rotate(BinlogWriter.rotate("binlog.000003", 4).event());
        place.heartbeat(BinlogWriter.event(EventType.HEARTBEAT)
                .text("binlog.000003")
                .endingAt(700)
                .event());
        assertThat(place.position()).hasToString("binlog.000003:700");
        place.heartbeat(BinlogWriter.event(EventType.HEARTBEAT)
                .text("binlog.000002")
                .endingAt(900)
                .event());
        assertThat(place.position()).hasToString("binlog.000003:700");
    }

    private static void pass(LogPlace place, long end) {
        place.pass(BinlogWriter.event(EventType.QUERY).endingAt(end).event());
    }
}
