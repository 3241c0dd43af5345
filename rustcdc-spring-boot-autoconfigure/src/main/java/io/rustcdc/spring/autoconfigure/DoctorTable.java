package io.rustcdc.spring.autoconfigure;

import io.rustcdc.event.Remedy;
import io.rustcdc.observe.Redaction;
import io.rustcdc.source.Diagnosis;
import io.rustcdc.source.Prerequisite;
import io.rustcdc.source.Prerequisite.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Writes down what the doctor found, for people at a terminal. */
final class DoctorTable {

    private static final String LINE = "  %-12s %-26s %s%n";
    private static final String MORE = " ".repeat(42);

    private DoctorTable() {}

    static String of(List<Diagnosis> diagnoses) {
        StringBuilder text = new StringBuilder();
        for (Diagnosis diagnosis : diagnoses) {
            text.append("Source '%s' (%s): failed: %d, warnings: %d, not checked: %d%n"
                    .formatted(
                            diagnosis.source().name(),
                            diagnosis.source().type(),
                            diagnosis.with(Verdict.FAILED).size(),
                            diagnosis.with(Verdict.WARNING).size(),
                            diagnosis.with(Verdict.NOT_CHECKED).size()));
            for (Prerequisite prerequisite : diagnosis.prerequisites()) {
                text.append(LINE.formatted(
                        word(prerequisite.verdict()), prerequisite.name(), Redaction.redact(prerequisite.found())));
                Remedy remedy = prerequisite.remedy();
                if (remedy != null) {
                    lines(remedy).forEach(line -> text.append(MORE).append(line).append(System.lineSeparator()));
                }
            }
        }
        return text.toString();
    }

    /** What failed stands out. */
    private static String word(Verdict verdict) {
        String word = verdict.name().replace('_', ' ');
        return verdict == Verdict.FAILED ? word : word.toLowerCase(Locale.ROOT);
    }

    /** Statements and lines of files each have a line of their own, so that they can be copied. */
    private static List<String> lines(Remedy remedy) {
        List<String> lines = new ArrayList<>(remedy.sql());
        Remedy.Lines file = remedy.lines();
        if (file != null) {
            lines.add("# in " + file.file());
            lines.addAll(file.text());
        }
        if (remedy.restart()) {
            lines.add("# then restart the server");
        }
        remedy.managed().forEach((service, instead) -> lines.add("# " + service + ": " + instead));
        if (!remedy.words().isEmpty()) {
            lines.add("# " + Redaction.redact(remedy.words()));
        }
        return lines;
    }
}
