package io.rustcdc.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.event.LogRetention;
import io.rustcdc.event.LogRetention.Safety;
import io.rustcdc.source.Credentials;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LogRunwayTests {

    private static final Instant NOW = Instant.parse("2026-07-20T12:00:00Z");
    private static final Origin ORIGIN = new Origin(Flavor.MYSQL, "3e11fa47-71ca-11e1-9e33-c80aa9429562", 0);
    private static final BinlogFiles FILES = new BinlogFiles(List.of(
            new BinlogFiles.File("binlog.000009", 1000),
            new BinlogFiles.File("binlog.000010", 2000),
            new BinlogFiles.File("binlog.000011", 500)));

    private final MySqlOptions options = MySqlOptions.builder(Flavor.MYSQL, "shop")
            .credentials(() -> new Credentials("cdc", null))
            .serverId(77)
            .build();
    private final LogRunway runway = new LogRunway(options, new PositionLost(options));
    private final Map<String, String> variables = new HashMap<>(Map.of("binlog_expire_logs_seconds", "1000"));

    private LogRetention look(String position, @Nullable Instant written, Instant now) {
        ServerFacts server = ServerFacts.of(
                new ServerVersion(Flavor.MYSQL, 8, 0, "8.0.33"), "cdc@%", new ServerVariables(variables));
        return runway.measure(new LogReach(offset(position), written), FILES, server, now)
                .log(true, now);
    }

    private static MySqlOffset offset(String position) {
        return MySqlOffset.at(ORIGIN, BinlogPosition.parse(position), UuidGtidSet.EMPTY);
    }

    @Test
    void countsTheBytesBehindThePosition() {
        assertThat(look("binlog.000009:400", NOW, NOW).unconfirmedBytes()).isEqualTo(600 + 2000 + 500);
        assertThat(look("binlog.000011:500", NOW, NOW).unconfirmedBytes()).isZero();
        assertThat(look("binlog.000011:500", NOW, NOW).safeBytes()).isNull();
    }

    @Test
    void aFileThatIsOldAndNotTheNewestIsEndangered() {
        Instant old = NOW.minusSeconds(801);

        assertThat(look("binlog.000010:400", NOW.minusSeconds(799), NOW).safety())
                .isEqualTo(Safety.SAFE);
        assertThat(look("binlog.000010:400", old, NOW).safety()).isEqualTo(Safety.ENDANGERED);
        assertThat(look("binlog.000010:400", old, NOW).remedy()).contains("binlog_expire_logs_seconds");
        assertThat(look("binlog.000011:400", old, NOW).safety()).isEqualTo(Safety.SAFE);
        variables.put("binlog_expire_logs_seconds", "0");
        assertThat(look("binlog.000010:400", old, NOW).safety()).isEqualTo(Safety.SAFE);
        variables.put("expire_logs_days", "1");
        assertThat(look("binlog.000010:400", NOW.minus(Duration.ofDays(1)), NOW).safety())
                .isEqualTo(Safety.ENDANGERED);
        variables.put("binlog_expire_logs_auto_purge", "OFF");
        assertThat(look("binlog.000010:400", NOW.minus(Duration.ofDays(1)), NOW).safety())
                .isEqualTo(Safety.SAFE);
    }

    @Test
    void tellsHowLongTheFileIsKept() {
        assertThat(look("binlog.000010:400", NOW.minusSeconds(300), NOW).runway())
                .isEqualTo(Duration.ofSeconds(700));
        assertThat(look("binlog.000010:400", NOW.minusSeconds(2000), NOW).runway())
                .isEqualTo(Duration.ZERO);
        assertThat(look("binlog.000011:400", NOW.minusSeconds(300), NOW).runway())
                .as("the newest is never removed")
                .isNull();
        variables.put("binlog_expire_logs_seconds", "0");
        assertThat(look("binlog.000010:400", NOW.minusSeconds(300), NOW).runway())
                .isNull();
    }

    @Test
    void whereNothingIsKnownOfTheAgeItBeginsWithTheFirstLook() {
        assertThat(look("binlog.000010:400", null, NOW).safety()).isEqualTo(Safety.SAFE);
        assertThat(look("binlog.000010:900", null, NOW.plusSeconds(799)).safety())
                .isEqualTo(Safety.SAFE);
        assertThat(look("binlog.000010:900", null, NOW.plusSeconds(801)).safety())
                .isEqualTo(Safety.ENDANGERED);
        assertThat(look("binlog.000011:400", null, NOW.plusSeconds(801)).safety())
                .isEqualTo(Safety.SAFE);
    }

    @Test
    void aLimitOfSizesIsMeasuredFromTheFile() {
        variables.put("max_binlog_total_size", "5000");
        assertThat(look("binlog.000010:1900", NOW, NOW).safeBytes()).isEqualTo(5000 - 2496);
        assertThat(look("binlog.000010:1900", NOW, NOW).safety()).isEqualTo(Safety.SAFE);
        variables.put("max_binlog_total_size", "3000");
        assertThat(look("binlog.000010:1900", NOW, NOW).safety()).isEqualTo(Safety.ENDANGERED);
    }

    @Test
    void aFileThatIsGoneIsLostWithTheChoices() {
        LogRetention log = runway.lost(offset("binlog.000008:400"), FILES, false, NOW);

        assertThat(log.safety()).isEqualTo(Safety.LOST);
        assertThat(log.status()).isEqualTo("purged");
        assertThat(log.retainedBytes()).isZero();
        assertThat(log.remedy()).contains("accept-gap");
    }
}
