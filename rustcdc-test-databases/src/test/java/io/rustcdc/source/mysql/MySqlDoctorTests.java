package io.rustcdc.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.event.Offset;
import io.rustcdc.source.CollectingSink;
import io.rustcdc.source.Credentials;
import io.rustcdc.source.Diagnosis;
import io.rustcdc.source.Prerequisite;
import io.rustcdc.source.Prerequisite.Verdict;
import io.rustcdc.source.SourceStream;
import io.rustcdc.source.StreamRequest;
import io.rustcdc.test.databases.MySqlServer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the doctor says in each state of a source. */
class MySqlDoctorTests {

    @ParameterizedTest
    @EnumSource(Flavor.class)
    void aSourceThatReadsIsWellAndGoesOn(Flavor flavor) {
        try (MySqlFixture shop = new MySqlFixture(flavor);
                SourceStream stream = shop.openFresh()) {
            CollectingSink sink = new CollectingSink();
            stream.read(sink, Duration.ZERO);

            Diagnosis diagnosis = shop.connector()
                    .diagnose(StreamRequest.resume(stream.start()).readingRows());

            assertThat(diagnosis.prerequisites())
                    .as(diagnosis.toString())
                    .extracting(Prerequisite::verdict)
                    .isSubsetOf(Verdict.OK, Verdict.WARNING);
            shop.insert(1, 1);
            MySqlFixture.readEvents(stream, sink, 1);
        }
    }

    @ParameterizedTest
    @EnumSource(Flavor.class)
    void aPurgedBinlogIsALostPosition(Flavor flavor) {
        try (MySqlServer server = MySqlServer.builder(flavor)
                        .options("loose-slave-connections-needed-for-purge=0")
                        .start();
                MySqlFixture shop = new MySqlFixture(server)) {
            Offset start;
            try (SourceStream stream = shop.openFresh()) {
                start = stream.start();
            }
            shop.insert(1, 1);
            BinlogLook.purge(server);

            Prerequisite position = BrokenMySqlTests.prerequisite(
                    shop.connector().diagnose(StreamRequest.resume(start)), MySqlCheck.POSITION);

            assertThat(position.verdict()).as(position.found()).isEqualTo(Verdict.FAILED);
        }
    }

    @ParameterizedTest
    @EnumSource(Flavor.class)
    void aWrongPasswordFailsTheConnectionAndIsNotShown(Flavor flavor) {
        try (MySqlFixture shop = new MySqlFixture(flavor)) {
            MySqlOptions options = shop.options()
                    .credentials(() -> new Credentials("nobody", "s3cret-word"))
                    .allowPublicKeyRetrieval(true)
                    .build();

            Diagnosis diagnosis = new MySqlConnector(options).diagnose(StreamRequest.fresh());

            List<Prerequisite> all = diagnosis.prerequisites();
            assertThat(all.get(0).verdict()).isEqualTo(Verdict.FAILED);
            assertThat(all.subList(1, all.size()))
                    .isNotEmpty()
                    .allSatisfy(one -> assertThat(one.found()).isEqualTo("because 'connection' failed"));
            assertThat(diagnosis.toString()).doesNotContain("s3cret-word");
        }
    }
}
