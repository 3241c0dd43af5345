package io.rustcdc.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rustcdc.event.FailureKind;
import io.rustcdc.source.Credentials;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.StreamRequest;
import io.rustcdc.source.mysql.StartPosition.Start;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class StartPositionTests {

    private static final String A = "aaaaaaaa-71ca-11e1-9e33-c80aa9429562";
    private static final String B = "bbbbbbbb-71ca-11e1-9e33-c80aa9429562";
    private static final Origin ORIGIN_A = new Origin(Flavor.MYSQL, A, 0);
    private static final Origin ORIGIN_B = new Origin(Flavor.MYSQL, B, 0);
    private static final BinlogFiles FILES = new BinlogFiles(List.of(
            new BinlogFiles.File("binlog.000003", 1000),
            new BinlogFiles.File("binlog.000004", 5_000_000_000L),
            new BinlogFiles.File("binlog.000005", 500)));

    private Flavor flavor = Flavor.MYSQL;
    private @Nullable GtidState gtids;
    private @Nullable Boolean gtidMode;

    @Nested
    class ByGtid {

        @Test
        void aFreshStartIsThePresent() {
            server("A:1-100", "", "");

            Start start = find(StreamRequest.fresh());

            assertThat(start.byGtid()).isTrue();
            assertThat(start.offset()).isEqualTo(present("A:1-100"));
        }

        // MY-04
        @Test
        void my04purgedTransactionsThatTheCheckpointHasAreFine() {
            server("A:1-100", "", "A:1-50");
            MySqlOffset saved = at(ORIGIN_A, "binlog.000003:400", "A:1-60");

            assertThat(find(StreamRequest.resume(saved))).isEqualTo(new Start(saved, true));
        }

        // MY-04
        @Test
        void my04purgedTransactionsThatTheCheckpointLacksAreNamed() {
            server("A:1-100,B:1-9", "", "A:1-50,B:1-7");

            SourceException lost = refused(StreamRequest.resume(at(ORIGIN_A, "binlog.000003:400", "A:1-40,B:1-9")));

            assertThat(lost.kind()).isEqualTo(FailureKind.POSITION_LOST);
            assertThat(lost).hasMessageContaining("missing=" + A + ":41-50,");
            assertThat(lost.action())
                    .contains("binlog_expire_logs_seconds")
                    .contains("accept-gap")
                    .contains("on-position-lost: resnapshot")
                    .contains("reset");
        }

        @Test
        void aSetOfAnotherServerOrOfTheTimeBeforeARestoreIsNamed() {
            server("A:1-100", "", "");

            SourceException lost = refused(StreamRequest.resume(at(ORIGIN_A, "binlog.000003:400", "A:1-103,B:7")));

            assertThat(lost.kind()).isEqualTo(FailureKind.POSITION_LOST);
            assertThat(lost).hasMessageContaining("surplus=" + A + ":101-103," + B + ":7");
        }

        @Test
        void whatIsInTheLogButNotYetExecutedIsNoSurplus() {
            server("A:1-100", "A:101", "");

            assertThat(find(StreamRequest.resume(at(ORIGIN_A, "binlog.000005:400", "A:1-101")))
                            .byGtid())
                    .isTrue();
        }

        // MY-03
        @Test
        void my03afterAFailoverTheFilesOfTheOldServerDoNotCount() {
            server("A:1-100", "", "");
            MySqlOffset saved = at(ORIGIN_B, "mysql-bin.000077:400", "A:1-60");

            Start start = find(StreamRequest.resume(saved));

            assertThat(start).isEqualTo(new Start(MySqlOffset.after(ORIGIN_A, saved.executed()), true));
        }

        @Test
        void aTransactionThatWasBegunIsResumedByCountOnTheSameServerOnly() {
            server("A:1-100", "", "");

            MySqlOffset here = inside(at(ORIGIN_A, "binlog.000004:400", "A:1-60"), "A:61");
            MySqlOffset there = inside(at(ORIGIN_B, "binlog.000004:400", "A:1-60"), "A:61");

            assertThat(find(StreamRequest.resume(here)).offset()).isEqualTo(here);
            assertThat(find(StreamRequest.resume(there)).offset())
                    .isEqualTo(MySqlOffset.after(ORIGIN_A, here.executed()));
        }

        @Test
        void aTransactionThatWasBegunMustExistOnTheNewServer() {
            server("A:1-60", "", "");

            SourceException lost =
                    refused(StreamRequest.resume(inside(at(ORIGIN_B, "binlog.000004:400", "A:1-60"), "A:61")));

            assertThat(lost).hasMessageContaining("surplus=" + A + ":61");
        }

        @Test
        void behindAnAcceptedGapComesAllThatIsLeft() {
            server("A:1-100", "", "A:1-50");

            Start start = find(gap(inside(at(ORIGIN_A, "binlog.000001:400", "A:1-40"), "A:41")));

            assertThat(start).isEqualTo(new Start(MySqlOffset.after(ORIGIN_A, set("A:1-50")), true));
        }

        @Test
        void anAcceptedGapThatIsNoneRepeatsTheTransactionThatWasBegun() {
            server("A:1-100", "", "A:1-50");
            MySqlOffset saved = at(ORIGIN_A, "binlog.000004:400", "A:1-60");

            assertThat(find(gap(inside(saved, "A:61")))).isEqualTo(new Start(saved, true));
        }

        @Test
        void numbersThatMayHaveBeenGivenAnewAreReadAgainBehindAGap() {
            server("A:1-20,B:1-30", "", "A:1-5");

            Start start = find(gap(at(ORIGIN_A, "binlog.000004:400", "A:1-60,B:1-7")));

            assertThat(start.offset().executed()).isEqualTo(set("A:1-5,B:1-7"));
        }

        @Test
        void whereNothingIsToBeLeftOutTheOffsetIsStillOne() {
            server("A:1-20", "", "");

            Start start = find(gap(at(ORIGIN_A, "binlog.000004:400", "A:1-60")));

            assertThat(start).isEqualTo(new Start(at(ORIGIN_A, "binlog.000003:4", ""), true));
            assertThat(MySqlOffset.parse(Flavor.MYSQL, start.offset().fields())).isEqualTo(start.offset());
        }

        @Test
        void anOperatorsSeedMovesUpToWhatCanBeRead() {
            server("A:1-100", "", "A:1-50");

            Start start = find(seed(MySqlOffset.parse(Flavor.MYSQL, Map.of("gtid", A + ":1-40"))));

            assertThat(start).isEqualTo(new Start(MySqlOffset.after(ORIGIN_A, set("A:1-50")), true));
        }

        @Test
        void anOperatorsSeedOfAnotherServerIsRefused() {
            server("A:1-100", "", "A:1-50");

            assertThat(refused(seed(MySqlOffset.parse(Flavor.MYSQL, Map.of("gtid", B + ":1-40"))))
                            .kind())
                    .isEqualTo(FailureKind.POSITION_LOST);
        }

        // MY-R8
        @Test
        void myR8mariaDbGoesByTheServerThatWroteATransaction() {
            mariaDb("0-1-98,0-2-101,1-1-7", "", "0-1-50");

            assertThat(find(StreamRequest.resume(maria("0-1-98"))).byGtid()).isTrue();
            assertThat(find(StreamRequest.resume(maria("0-2-101,1-1-7"))).byGtid())
                    .isTrue();
            assertThat(refused(StreamRequest.resume(maria("0-1-100")))).hasMessageContaining("surplus=0-1-100");
            assertThat(refused(StreamRequest.resume(maria("5-1-1")))).hasMessageContaining("surplus=5-1-1");
            assertThat(refused(StreamRequest.resume(maria("0-1-49")))).hasMessageContaining("missing=0-1-50");
        }

        @Test
        void aReplicaThatDoesNotLogWhatItReplicatesKnowsItsPlace() {
            mariaDb("0-2-120", "0-1-100", "");

            assertThat(find(StreamRequest.resume(maria("0-1-100"))).byGtid()).isTrue();
        }

        @Test
        void mariaDbBehindAGapKeepsTheDomainsThatCanBeRead() {
            mariaDb("0-1-100,1-1-7", "", "0-1-50,2-1-3");

            assertThat(find(gap(maria("0-1-40,1-1-6,7-1-1"))).offset().executed())
                    .isEqualTo(GtidSet.parse(Flavor.MARIADB, "0-1-50,1-1-6,2-1-3"));
        }
    }

    @Nested
    class ByFile {

        @Test
        void withoutGtidsTheFileCounts() {
            MySqlOffset saved = at(ORIGIN_A, "binlog.000003:400", "");

            assertThat(find(StreamRequest.fresh())).isEqualTo(new Start(present(""), false));
            assertThat(find(StreamRequest.resume(saved))).isEqualTo(new Start(saved, false));
            assertThat(find(StreamRequest.resume(inside(saved, null))))
                    .isEqualTo(new Start(inside(saved, null), false));
        }

        @Test
        void aCheckpointOfBeforeGtidsWorksByFile() {
            server("A:1-100", "", "");
            MySqlOffset saved = at(ORIGIN_A, "binlog.000003:400", "");

            assertThat(find(StreamRequest.resume(saved))).isEqualTo(new Start(saved, false));
        }

        @Test
        void aSetIsNotCarriedOnWhereTransactionsHaveNoGtids() {
            assertThat(find(StreamRequest.resume(at(ORIGIN_A, "binlog.000003:400", "A:1-60"))))
                    .isEqualTo(new Start(at(ORIGIN_A, "binlog.000003:400", ""), false));
        }

        @Test
        void mariaDbSaysWhatLiesBeforeAPlace() {
            mariaDb("0-1-100", "", "");
            MySqlOffset saved =
                    MySqlOffset.parse(Flavor.MARIADB, Map.of("binlog_file", "binlog.000003", "binlog_pos", 400));

            Start start = find(StreamRequest.resume(saved));

            assertThat(start.byGtid()).isTrue();
            assertThat(start.offset().position()).isEqualTo(BinlogPosition.parse("binlog.000003:400"));
            assertThat(start.offset().executed()).hasToString("0-1-77");
        }

        @Test
        void aPurgedFileIsNamed() {
            SourceException lost = refused(StreamRequest.resume(at(ORIGIN_A, "binlog.000002:400", "")));

            assertThat(lost.kind()).isEqualTo(FailureKind.POSITION_LOST);
            assertThat(lost)
                    .hasMessageContaining(
                            "binlog file of checkpoint=binlog.000002:400 was purged, the server has binlog.000003 to binlog.000005");
        }

        @Test
        void aFileBeyondTheNewestAndAnotherNameMeanAReset() {
            for (String position : List.of("binlog.000006:4", "mysql-bin.000002:4", "mysql-bin.000004:4")) {
                assertThat(refused(StreamRequest.resume(at(ORIGIN_A, position, ""))))
                        .hasMessageContaining("binlog file of checkpoint=" + position + " does not exist")
                        .satisfies(lost -> assertThat(lost.action()).contains("RESET MASTER"));
            }
        }

        @Test
        void aPlaceBeyondTheEndOfTheFileIsRefused() {
            assertThat(refused(StreamRequest.resume(at(ORIGIN_A, "binlog.000005:501", ""))))
                    .hasMessageContaining("lies beyond the end of the file, which has 500 bytes");
            assertThat(refused(StreamRequest.resume(inside(at(ORIGIN_A, "binlog.000005:400", ""), null))))
                    .hasMessageContaining("lies beyond the end");
            assertThat(find(StreamRequest.resume(at(ORIGIN_A, "binlog.000005:500", "")))
                            .byGtid())
                    .isFalse();
        }

        @Test
        void afterAFailoverAFileIsRefusedWithTheReason() {
            SourceException lost = refused(StreamRequest.resume(at(ORIGIN_B, "binlog.000003:400", "")));

            assertThat(lost.kind()).isEqualTo(FailureKind.POSITION_LOST);
            assertThat(lost)
                    .hasMessageContaining("is a place in a file of the server with server_uuid " + B)
                    .hasMessageContaining("this one has server_uuid " + A);
            assertThat(lost.action()).contains("gtid_mode = ON");
        }

        @Test
        void behindAnAcceptedGapComesTheWholeLog() {
            for (MySqlOffset saved : Arrays.asList(
                    at(ORIGIN_A, "binlog.000002:400", ""),
                    at(ORIGIN_B, "binlog.000004:400", ""),
                    at(ORIGIN_A, "binlog.000009:4", ""))) {
                assertThat(find(gap(saved))).isEqualTo(new Start(at(ORIGIN_A, "binlog.000003:4", ""), false));
            }
            server("A:1-100", "", "A:1-50");
            assertThat(find(gap(at(ORIGIN_A, "binlog.000002:400", ""))))
                    .isEqualTo(new Start(MySqlOffset.after(ORIGIN_A, set("A:1-50")), true));
        }

        @Test
        void anOperatorsSeedMovesUpToTheOldestFile() {
            Map<String, Object> fields = new HashMap<>(Map.of("binlog_file", "binlog.000001", "binlog_pos", 4));

            assertThat(find(seed(MySqlOffset.parse(Flavor.MYSQL, fields))).offset())
                    .isEqualTo(at(ORIGIN_A, "binlog.000003:4", ""));
            fields.put("binlog_file", "binlog.000009");
            assertThat(refused(seed(MySqlOffset.parse(Flavor.MYSQL, fields))).kind())
                    .isEqualTo(FailureKind.POSITION_LOST);
            fields.put("binlog_file", "binlog.000001");
            fields.put("server_uuid", B);
            assertThat(refused(seed(MySqlOffset.parse(Flavor.MYSQL, fields)))).hasMessageContaining(B);
        }

        @Test
        void whatComesAfterATransactionTooLargeForAPositionIsInTheNextFile() {
            assertThat(find(StreamRequest.resume(at(ORIGIN_A, "binlog.000004:5000000000", "")))
                            .offset())
                    .isEqualTo(at(ORIGIN_A, "binlog.000005:4", ""));
        }

        @Test
        void transactionsAloneAreNoPlaceWithoutGtids() {
            gtidMode = false;

            SourceException refused = refused(seed(MySqlOffset.parse(Flavor.MYSQL, Map.of("gtid", A + ":1-40"))));

            assertThat(refused.kind()).isEqualTo(FailureKind.CONFIGURATION);
            assertThat(refused.action()).isEqualTo("Remove rustcdc.mysql.shop.gtid-mode-enabled");
        }
    }

    private void server(String executed, String owned, String purged) {
        gtids = new UuidGtidState((UuidGtidSet) set(executed), (UuidGtidSet) set(owned), (UuidGtidSet) set(purged));
    }

    private void mariaDb(String logged, String replicated, String purged) {
        flavor = Flavor.MARIADB;
        gtids = new DomainGtidState(
                DomainGtidSet.EMPTY,
                DomainGtidState.parseLogged(logged),
                DomainGtidSet.parse(replicated),
                DomainGtidSet.parse(purged));
    }

    private static GtidSet set(String text) {
        return GtidSet.parse(Flavor.MYSQL, text.replace("A:", A + ":").replace("B:", B + ":"));
    }

    private static MySqlOffset at(Origin origin, String position, String executed) {
        return MySqlOffset.at(origin, BinlogPosition.parse(position), set(executed));
    }

    private static MySqlOffset inside(MySqlOffset start, @Nullable String gtid) {
        Gtid parsed = gtid == null ? null : new UuidGtid(UUID.fromString(A), Long.parseLong(gtid.substring(2)));
        return MySqlOffset.inside(start, parsed, 3, 900);
    }

    private static MySqlOffset maria(String executed) {
        return MySqlOffset.parse(
                Flavor.MARIADB,
                Map.of("gtid", executed, "binlog_file", "binlog.000003", "binlog_pos", 400, "server_id", 1));
    }

    private MySqlOffset present(String executed) {
        return at(ORIGIN_A, "binlog.000005:500", executed);
    }

    private static StreamRequest gap(MySqlOffset saved) {
        return new StreamRequest(saved, false, true, Map.of());
    }

    private static StreamRequest seed(MySqlOffset saved) {
        return new StreamRequest(saved, true, false, Map.of());
    }

    private SourceException refused(StreamRequest request) {
        return catchThrowableOfType(SourceException.class, () -> find(request));
    }

    private Start find(StreamRequest request) {
        MySqlOptions options = MySqlOptions.builder(flavor, "shop")
                .credentials(() -> new Credentials("cdc", null))
                .serverId(77)
                .gtidModeEnabled(gtidMode)
                .build();
        Map<String, String> variables = new HashMap<>(Map.of("server_uuid", A, "server_id", "1"));
        if (gtidMode != null) {
            variables.put("gtid_mode", "ON");
        }
        ServerFacts facts =
                ServerFacts.of(new ServerVersion(flavor, 8, 0, "8.0.33"), "cdc@%", new ServerVariables(variables));
        MySqlOffset present = flavor == Flavor.MYSQL
                ? present(gtids == null ? "" : gtids.executed().toString())
                : MySqlOffset.at(facts.origin(), BinlogPosition.parse("binlog.000005:500"), DomainGtidSet.EMPTY);
        try {
            return new StartPosition(
                            options,
                            new PositionLost(options),
                            facts,
                            new BinlogView(FILES, gtids, present),
                            position -> DomainGtidSet.parse("0-1-77"))
                    .find(request, (MySqlOffset) request.resume());
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
