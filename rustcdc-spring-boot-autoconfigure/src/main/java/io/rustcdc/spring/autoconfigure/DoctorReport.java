package io.rustcdc.spring.autoconfigure;

import io.rustcdc.source.Diagnosis;
import io.rustcdc.source.Prerequisite.Verdict;
import io.rustcdc.spring.CdcEngines;
import java.io.PrintStream;
import java.util.List;
import java.util.function.IntConsumer;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.context.ApplicationListener;

/**
 * The run mode in which the application checks the prerequisites of its sources, prints them and ends, before its own runners begin.
 */
final class DoctorReport implements ApplicationListener<ApplicationStartedEvent> {

    /** Something has failed. The status 1 is that of an application that could not start. */
    static final int FAILED = 2;

    private final CdcEngines engines;
    private final PrintStream out;
    private final IntConsumer exit;

    /** @param exit ends the process */
    DoctorReport(CdcEngines engines, PrintStream out, IntConsumer exit) {
        this.engines = engines;
        this.out = out;
        this.exit = exit;
    }

    @Override
    public void onApplicationEvent(ApplicationStartedEvent event) {
        int status = print();
        exit.accept(SpringApplication.exit(event.getApplicationContext(), () -> status));
    }

    /** Prints what is found; returns the status to exit with. */
    int print() {
        List<Diagnosis> diagnoses = engines.names().stream()
                .map(name -> engines.get(name).diagnose())
                .toList();
        out.print(DoctorTable.of(diagnoses));
        out.flush();
        return diagnoses.stream().anyMatch(diagnosis -> diagnosis.verdict() == Verdict.FAILED) ? FAILED : 0;
    }
}
