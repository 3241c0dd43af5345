package io.rustcdc.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.rustcdc.CdcEngine;
import io.rustcdc.checkpoint.Checkpoint;
import io.rustcdc.checkpoint.FileCheckpointStore;
import io.rustcdc.source.Diagnosis;
import io.rustcdc.source.Prerequisite;
import io.rustcdc.source.Prerequisite.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The doctor asks the connector what a start would ask for, and looks at the checkpoint first. */
class SourceDoctorTests {

    @TempDir
    Path directory;

    private final LogSource log = new LogSource();

    private FileCheckpointStore store() {
        return new FileCheckpointStore(directory, log.source(), log.offsets());
    }

    private Diagnosis diagnose() {
        return CdcEngine.builder(log).checkpointStore(store()).build().diagnose();
    }

    private void save(LogOffset offset) {
        FileCheckpointStore owner = store();
        owner.acquire();
        owner.save(new Checkpoint(offset, 1));
        owner.release();
    }

    @Test
    void withoutACheckpointAFreshStartIsChecked() {
        Diagnosis diagnosis = diagnose();

        assertThat(diagnosis.prerequisites())
                .extracting(Prerequisite::name, Prerequisite::verdict)
                .containsExactly(
                        org.assertj.core.api.Assertions.tuple("checkpoint", Verdict.OK),
                        org.assertj.core.api.Assertions.tuple("log", Verdict.OK));
        assertThat(log.diagnosed)
                .singleElement()
                .satisfies(request -> assertThat(request.resume()).isNull());
    }

    @Test
    void withACheckpointGoingOnThereIsChecked() {
        save(new LogOffset(3, 1));

        assertThat(diagnose().verdict()).isEqualTo(Verdict.OK);
        assertThat(log.diagnosed).singleElement().satisfies(request -> {
            assertThat(request.resume()).isEqualTo(new LogOffset(3, 1));
            assertThat(request.operatorSeed()).isFalse();
            assertThat(request.readsRows()).isFalse();
        });
    }

    @Test
    void takesNoLease() {
        FileCheckpointStore owner = store();
        owner.acquire();
        try {
            assertThat(diagnose().verdict()).isEqualTo(Verdict.OK);
        } finally {
            owner.release();
        }
    }

    @Test
    void aDamagedCheckpointIsAFailureAndTheRestIsChecked() throws IOException {
        save(new LogOffset(3, 1));
        Files.writeString(Path.of(store().location()), "{");

        Diagnosis diagnosis = diagnose();

        assertThat(diagnosis.with(Verdict.FAILED))
                .singleElement()
                .satisfies(failed -> assertThat(failed.name()).isEqualTo("checkpoint"));
        assertThat(diagnosis.with(Verdict.OK)).extracting(Prerequisite::name).containsExactly("log");
    }
}
