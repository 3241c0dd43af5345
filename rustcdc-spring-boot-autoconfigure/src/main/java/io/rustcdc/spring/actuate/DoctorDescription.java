package io.rustcdc.spring.actuate;

import io.rustcdc.event.Remedy;
import io.rustcdc.observe.Redaction;
import io.rustcdc.source.Diagnosis;
import io.rustcdc.source.Prerequisite;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * All prerequisites of a source.
 *
 * @param type of the source
 * @param verdict the worst of all: ok, warning or failed
 * @param prerequisites in the order in which a start needs them
 */
public record DoctorDescription(String type, String verdict, List<Check> prerequisites)
        implements OperationResponseBody {

    static DoctorDescription of(Diagnosis diagnosis) {
        return new DoctorDescription(
                diagnosis.source().type(),
                code(diagnosis.verdict()),
                diagnosis.prerequisites().stream().map(Check::of).toList());
    }

    /**
     * One prerequisite.
     *
     * @param verdict ok, warning, failed or not_checked
     * @param found what was found, or why nothing was looked for
     * @param remedy what mends it; null where there is nothing to mend
     */
    public record Check(
            String name,
            String verdict,
            String found,
            @Nullable Mending remedy) {

        private static Check of(Prerequisite prerequisite) {
            Remedy remedy = prerequisite.remedy();
            return new Check(
                    prerequisite.name(),
                    code(prerequisite.verdict()),
                    Redaction.redact(prerequisite.found()),
                    remedy == null ? null : Mending.of(remedy));
        }
    }

    /**
     * What mends it.
     *
     * @param sql statements for an administrator, in order
     * @param file the file that the lines are for; null for none
     * @param lines what it is to hold
     * @param restart whether the server has to be restarted behind that
     * @param managed what to do instead at managed services, by their names
     * @param words what else is to be known
     */
    public record Mending(
            List<String> sql,
            @Nullable String file,
            List<String> lines,
            boolean restart,
            Map<String, String> managed,
            String words) {

        private static Mending of(Remedy remedy) {
            Remedy.Lines lines = remedy.lines();
            return new Mending(
                    remedy.sql(),
                    lines == null ? null : lines.file(),
                    lines == null ? List.of() : lines.text(),
                    remedy.restart(),
                    remedy.managed(),
                    Redaction.redact(remedy.words()));
        }
    }

    private static String code(Prerequisite.Verdict verdict) {
        return verdict.name().toLowerCase(Locale.ROOT);
    }
}
