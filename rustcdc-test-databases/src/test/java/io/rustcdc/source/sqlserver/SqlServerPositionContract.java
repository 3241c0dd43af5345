package io.rustcdc.source.sqlserver;

import static io.rustcdc.source.sqlserver.SqlServerFixture.readIdle;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rustcdc.checkpoint.Checkpoint;
import io.rustcdc.checkpoint.FileCheckpointStore;
import io.rustcdc.event.FailureKind;
import io.rustcdc.event.Offset;
import io.rustcdc.source.CollectingSink;
import io.rustcdc.source.SourceException;
import io.rustcdc.source.SourceStream;
import io.rustcdc.source.StreamRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a position is worth after the clean-up, after an instance came or went, and when it was written by hand. */
abstract class SqlServerPositionContract {

    private final SqlServerKind kind;
    private SqlServerFixture fixture;

    SqlServerPositionContract(SqlServerKind kind) {
        this.kind = kind;
    }

    @BeforeEach
    void start() {
        fixture = new SqlServerFixture(kind).withOrders();
        fixture.database.stopCapture();
    }

    @AfterEach
    void end() {
        if (fixture != null) {
            fixture.close();
        }
    }

    /** A position behind one captured row. */
    private Offset behindOneRow() {
        try (SourceStream stream = fixture.openFresh()) {
            CollectingSink sink = new CollectingSink();
            fixture.insert(1, 1);
            fixture.readCommits(stream, sink, 1);
            return sink.commits.get(0);
        }
    }

    @Test
    @DisplayName("MS-R7, MS-15: changes that were removed while the source was away end it, with the instance and the"
            + " remedy")
    void noticesWhatWasRemovedWhileItWasAway() {
        Offset saved = behindOneRow();
        fixture.insert(2, 2);
        fixture.insert(3, 3);
        fixture.database.cleanUp("dbo_orders");

        SourceException failure = fixture.refused(StreamRequest.resume(saved));

        assertThat(failure.kind()).isEqualTo(FailureKind.POSITION_LOST);
        assertThat(failure.getMessage()).contains("dbo_orders");
        assertThat(failure.action()).isNotBlank();
    }

    @Test
    @DisplayName(
            "MS-05: changes that are removed under a running stream before it has read them end it, with the instance")
    void noticesWhatIsRemovedWhileItRuns() {
        try (SourceStream stream = fixture.openFresh()) {
            CollectingSink sink = new CollectingSink();
            fixture.insert(1, 1);
            fixture.readCommits(stream, sink, 1);
            fixture.insert(2, 2);
            fixture.insert(3, 3);
            fixture.database.cleanUp("dbo_orders");

            SourceException failure =
                    catchThrowableOfType(SourceException.class, () -> fixture.readCommits(stream, sink, 3));

            assertThat(failure.kind()).isEqualTo(FailureKind.POSITION_LOST);
            assertThat(failure.getMessage()).contains("dbo_orders");
            assertThat(sink.ids()).containsExactly(1);
        }
    }

    @Test
    @DisplayName(
            "MS-05: the clean-up of what has been read ends nothing, neither while the stream runs nor at a restart")
    void doesNotMindTheRemovalOfWhatIsDone() {
        Offset saved;
        try (SourceStream stream = fixture.openFresh()) {
            CollectingSink sink = new CollectingSink();
            fixture.insert(1, 1);
            fixture.insert(2, 2);
            fixture.readCommits(stream, sink, 2);
            fixture.database.cleanUp("dbo_orders");
            fixture.insert(3, 3);
            fixture.readCommits(stream, sink, 3);
            assertThat(sink.ids()).containsExactly(1, 2, 3);
            saved = sink.commits.get(2);
        }
        fixture.database.cleanUp("dbo_orders");
        try (SourceStream stream = fixture.resume(saved)) {
            CollectingSink sink = new CollectingSink();
            fixture.insert(4, 4);
            fixture.readCommits(stream, sink, 1);
            assertThat(sink.ids()).containsExactly(4);
        }
    }

    @Test
    @DisplayName(
            "MS-15: an instance that was created anew while the source was away ends it: what came between is in no"
                    + " table")
    void noticesAnInstanceThatWasCreatedAnew() {
        Offset saved = behindOneRow();
        fixture.database.disable("dbo.orders", "dbo_orders");
        fixture.database.sql("INSERT INTO orders VALUES (2, N'nobody saw it')");
        fixture.database.enable("dbo.orders");
        fixture.insert(3, 3);

        SourceException failure = fixture.refused(StreamRequest.resume(saved));

        assertThat(failure.kind()).isEqualTo(FailureKind.POSITION_LOST);
        assertThat(failure.getMessage()).contains("orders");
        assertThat(failure.action()).isNotBlank();
    }

    @Test
    @DisplayName("MS-15: an instance that is created anew under a running stream ends it")
    void noticesAnInstanceThatIsCreatedAnewWhileItRuns() {
        try (SourceStream stream = fixture.openFresh()) {
            CollectingSink sink = new CollectingSink();
            fixture.insert(1, 1);
            fixture.readCommits(stream, sink, 1);
            fixture.database.disable("dbo.orders", "dbo_orders");
            fixture.database.sql("INSERT INTO orders VALUES (2, N'nobody saw it')");
            fixture.database.enable("dbo.orders");
            fixture.insert(3, 3);

            SourceException failure =
                    catchThrowableOfType(SourceException.class, () -> fixture.readCommits(stream, sink, 2));

            assertThat(failure.kind()).isEqualTo(FailureKind.POSITION_LOST);
            assertThat(failure.getMessage()).contains("orders");
        }
    }

    @Test
    @DisplayName("An accepted gap goes on at what can still be read")
    void goesOnBehindAnAcceptedGap() {
        Offset saved = behindOneRow();
        fixture.insert(2, 2);
        fixture.insert(3, 3);
        fixture.database.cleanUp("dbo_orders");

        try (SourceStream stream = fixture.connector().open(new StreamRequest(saved, false, true, Map.of()))) {
            CollectingSink sink = new CollectingSink();
            fixture.insert(4, 4);
            fixture.read(stream, sink, () -> sink.ids().contains(4));
            assertThat(sink.ids()).doesNotContain(1).endsWith(4);
        }
    }

    @Test
    @DisplayName("MS-08, MS-10: a cursor that is a bare LSN, in upper case, goes on behind it")
    void takesACursorOfTheOriginal() {
        Offset saved = behindOneRow();
        String lsn = saved.text().toUpperCase(Locale.ROOT).replace("0X", "0x");
        fixture.insert(2, 2);

        try (SourceStream stream = fixture.resumeByHand(Map.of("cursor", lsn))) {
            CollectingSink sink = new CollectingSink();
            fixture.readCommits(stream, sink, 1);
            assertThat(sink.ids()).containsExactly(2);
            readIdle(stream, sink, 3);
        }
    }

    @Test
    @DisplayName("MS-08: a checkpoint written by hand whose offset is a bare text goes on behind that LSN")
    void takesACheckpointWhoseOffsetIsABareText(@TempDir Path directory) throws IOException {
        String lsn = behindOneRow().text();
        fixture.insert(2, 2);
        Path file = Files.createDirectories(directory.resolve("shop")).resolve("checkpoint_sqlserver.json");
        Files.writeString(file, """
                {"checkpoint_format_version": 1, "source_type": "sqlserver", "committed_event_count": 1, "offset": "%s"}
                """.formatted(lsn));
        SqlServerConnector connector = fixture.connector();
        Checkpoint checkpoint = new FileCheckpointStore(directory, connector.source(), connector.offsets())
                .load()
                .orElseThrow();

        assertThat(checkpoint.operatorSeed()).isTrue();
        assertThat(checkpoint.offset().fields()).isEqualTo(Map.of("cursor", lsn));
        try (SourceStream stream = connector.open(new StreamRequest(checkpoint.offset(), true, false, Map.of()))) {
            CollectingSink sink = new CollectingSink();
            fixture.readCommits(stream, sink, 1);
            assertThat(sink.ids()).containsExactly(2);
            readIdle(stream, sink, 3);
        }
    }

    @Test
    @DisplayName("MS-08: a cursor of the original with seqval and operation goes on behind that change")
    void takesAFullCursorOfTheOriginal() {
        String first;
        try (SourceStream stream = fixture.openFresh()) {
            CollectingSink sink = new CollectingSink();
            fixture.insert(1, 3);
            fixture.readCommits(stream, sink, 1);
            first = String.valueOf(sink.events.get(0).offset().fields().get("cursor"));
        }
        assertThat(first).matches("0x[0-9a-f]{20}:0x[0-9a-f]{20}:2");

        try (SourceStream stream = fixture.resumeByHand(Map.of("cursor", first))) {
            CollectingSink sink = new CollectingSink();
            fixture.readCommits(stream, sink, 1);
            assertThat(sink.ids()).containsExactly(2, 3);
        }
    }

    @Test
    @DisplayName(
            "MS-08: the bare cursor of a change and a fuller one of the same transaction are no step back, whichever"
                    + " comes first")
    void takesBothFormsOfACursorInEitherOrder() {
        Offset inside;
        Offset end;
        try (SourceStream stream = fixture.openFresh()) {
            CollectingSink sink = new CollectingSink();
            fixture.insert(1, 3);
            fixture.readCommits(stream, sink, 1);
            end = sink.commits.get(0);
            inside = sink.events.get(0).offset();
        }
        Offset bare = SqlServerOffset.parse(Map.of("cursor", end.text()));
        Offset fuller = SqlServerOffset.parse(Map.of("cursor", inside.fields().get("cursor")));

        assertThat(fuller.isBefore(bare)).isFalse();
        assertThat(bare.isBefore(fuller)).isFalse();
        assertThat(inside.isBefore(end)).isTrue();
    }
}
