package io.rustcdc.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.event.Offset;
import io.rustcdc.source.Credentials;
import io.rustcdc.source.Diagnosis;
import io.rustcdc.source.Prerequisite;
import io.rustcdc.source.Prerequisite.Verdict;
import io.rustcdc.source.SourceStream;
import io.rustcdc.source.StreamRequest;
import io.rustcdc.test.databases.PostgresServer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the doctor says in each state of a source, and that it changes nothing. */
class PostgresDoctorTests {

    private PostgresFixture shop;

    @BeforeEach
    void createDatabase() {
        shop = new PostgresFixture();
    }

    @AfterEach
    void dropDatabase() {
        shop.close();
    }

    private static void assertNothingFailed(Diagnosis diagnosis) {
        assertThat(diagnosis.prerequisites())
                .as(diagnosis.toString())
                .extracting(Prerequisite::verdict)
                .isSubsetOf(Verdict.OK, Verdict.WARNING);
    }

    @Test
    void changesNothingBeforeTheFirstStart() {
        Diagnosis diagnosis = shop.connector().diagnose(StreamRequest.fresh().readingRows());

        assertNothingFailed(diagnosis);
        assertThat(diagnosis.with(Verdict.WARNING))
                .extracting(Prerequisite::name)
                .containsExactly(PostgresCheck.WAL_RETENTION.label());
        assertThat(shop.slotColumn("slot_name")).isNull();
        assertThat(shop.database.query("SELECT pubname FROM pg_publication")).isEmpty();
    }

    @Test
    void aSourceThatReadsItsSlotIsWell() {
        try (SourceStream stream = shop.openFresh()) {
            stream.read(new CollectingSink(), Duration.ZERO); // rows could have been read before
            Diagnosis diagnosis = shop.connector().diagnose(StreamRequest.resume(stream.start()));

            assertNothingFailed(diagnosis);
            assertThat(BrokenPostgresTests.prerequisite(diagnosis, PostgresCheck.SLOT)
                            .found())
                    .contains("is read by this source");
        }
    }

    @Test
    void aStoppedSourceIsWellAndItsPositionIsThere() {
        Offset start;
        try (SourceStream stream = shop.openFresh()) {
            start = stream.start();
        }
        org.awaitility.Awaitility.await().until(() -> shop.slotColumn("active_pid") == null);

        Diagnosis diagnosis = shop.connector().diagnose(StreamRequest.resume(start));

        assertNothingFailed(diagnosis);
        assertThat(BrokenPostgresTests.prerequisite(diagnosis, PostgresCheck.POSITION)
                        .found())
                .contains("has what comes after checkpoint");
    }

    @Test
    void aDroppedSlotIsALostPosition() {
        Offset start;
        try (SourceStream stream = shop.openFresh()) {
            start = stream.start();
        }
        org.awaitility.Awaitility.await().until(() -> shop.slotColumn("active_pid") == null);
        shop.database.sql("SELECT pg_drop_replication_slot('%s')".formatted(shop.slot));

        Prerequisite position = BrokenPostgresTests.prerequisite(
                shop.connector().diagnose(StreamRequest.resume(start)), PostgresCheck.POSITION);

        assertThat(position.verdict()).isEqualTo(Verdict.FAILED);
        assertThat(position.found()).contains("slot does not exist");
    }

    @Test
    void whereThereIsNoServerNothingElseIsChecked() {
        PostgresOptions.Builder options =
                shop.options().port(1).credentials(() -> new Credentials("postgres", "s3cret-word"));

        Diagnosis diagnosis = new PostgresConnector(options.build()).diagnose(StreamRequest.fresh());

        List<Prerequisite> all = diagnosis.prerequisites();
        assertThat(all.get(0).verdict()).isEqualTo(Verdict.FAILED);
        assertThat(all.subList(1, all.size())).isNotEmpty().allSatisfy(one -> {
            assertThat(one.verdict()).isEqualTo(Verdict.NOT_CHECKED);
            assertThat(one.found()).isEqualTo("because 'connection' failed");
        });
        assertThat(diagnosis.verdict()).isEqualTo(Verdict.FAILED);
        assertThat(diagnosis.toString()).doesNotContain("s3cret-word");
    }

    @Test
    void aWrongPasswordFailsTheConnectionAndIsNotShown() {
        PostgresServer server = shop.database.server();
        server.createRole("doctor_role", "right-word", "LOGIN REPLICATION");
        server.accessRules("host all doctor_role all scram-sha-256", "host all all all trust");
        PostgresOptions.Builder options =
                shop.options().credentials(() -> new Credentials("doctor_role", "s3cret-word"));

        Diagnosis diagnosis = new PostgresConnector(options.build()).diagnose(StreamRequest.fresh());

        Prerequisite connection = BrokenPostgresTests.prerequisite(diagnosis, PostgresCheck.CONNECTION);
        assertThat(connection.verdict()).isEqualTo(Verdict.FAILED);
        assertThat(connection.found()).contains("doctor_role");
        assertThat(diagnosis.toString()).doesNotContain("s3cret-word");
    }

    @Test
    void severalThingsAreNamedAtOnce() {
        shop.database.server().createRole("poor_role", null, "LOGIN NOREPLICATION NOSUPERUSER");
        PostgresOptions.Builder options = shop.options().credentials(() -> new Credentials("poor_role", null));

        Diagnosis diagnosis = new PostgresConnector(options.build())
                .diagnose(StreamRequest.fresh().readingRows());

        assertThat(diagnosis.with(Verdict.FAILED))
                .extracting(Prerequisite::name)
                .contains(
                        PostgresCheck.REPLICATION_RIGHT.label(),
                        PostgresCheck.READ_RIGHTS.label(),
                        PostgresCheck.PUBLICATION.label());
        assertThat(diagnosis.with(Verdict.NOT_CHECKED))
                .extracting(Prerequisite::name)
                .contains(PostgresCheck.REPLICATION_CONNECTION.label());
    }

    @Test
    void allChecksAreMadeInOneOrder() {
        List<String> names = shop.connector().diagnose(StreamRequest.fresh().readingRows()).prerequisites().stream()
                .map(Prerequisite::name)
                .toList();

        assertThat(Arrays.stream(PostgresCheck.values()).map(PostgresCheck::label))
                .containsAll(names)
                .hasSize(names.size() + 1); // there is no checkpoint, and so no position
    }
}
