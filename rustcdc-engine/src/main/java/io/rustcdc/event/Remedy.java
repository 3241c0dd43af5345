package io.rustcdc.event;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What mends something at a server or in the settings, to be pasted as it is. Never holds a secret.
 *
 * @param sql statements for an administrator of the server, in order, each complete; a server of one's own takes them all
 * @param lines lines of a file that is to be changed; null for none
 * @param restart whether the server has to be restarted behind that
 * @param managed what to do instead at a managed service, by its name, where it differs
 * @param words what statements and lines do not say; may be all there is, and may be empty
 */
public record Remedy(
        List<String> sql, @Nullable Lines lines, boolean restart, Map<String, String> managed, String words) {

    /** The names under which managed services are listed. */
    public static final String AMAZON = "Amazon RDS and Aurora";

    public static final String GOOGLE = "Google Cloud SQL";

    public static final String AZURE = "Azure";

    public Remedy {
        sql = List.copyOf(sql);
        managed = Collections.unmodifiableMap(new LinkedHashMap<>(managed));
    }

    /**
     * Lines for a file.
     *
     * @param file such as {@code my.cnf, section [mysqld]} or {@code application.yml}
     */
    public record Lines(String file, List<String> text) {

        public Lines {
            text = List.copyOf(text);
        }
    }

    /** Statements. */
    public static Remedy sql(String... statements) {
        return new Remedy(List.of(statements), null, false, Map.of(), "");
    }

    /** Advice that no statement can give. */
    public static Remedy words(String words) {
        return new Remedy(List.of(), null, false, Map.of(), words);
    }

    /** Lines for a file. */
    public static Remedy file(String file, String... lines) {
        return new Remedy(List.of(), new Lines(file, List.of(lines)), false, Map.of(), "");
    }

    /** The same, to be followed by a restart of the server. */
    public Remedy thenRestart() {
        return new Remedy(sql, lines, true, managed, words);
    }

    /** The same, with lines of a file besides. */
    public Remedy withFile(String file, String... text) {
        return new Remedy(sql, new Lines(file, List.of(text)), restart, managed, words);
    }

    /** The same, with what a managed service takes instead. */
    public Remedy at(String service, String instead) {
        Map<String, String> all = new LinkedHashMap<>(managed);
        all.put(service, instead);
        return new Remedy(sql, lines, restart, all, words);
    }

    /** The same, with more words at the end. */
    public Remedy say(String more) {
        String all = words.isEmpty() ? more : more.isEmpty() ? words : words + " " + more;
        return new Remedy(sql, lines, restart, managed, all);
    }

    /** This and then the other one. */
    public Remedy and(Remedy other) {
        List<String> both = new ArrayList<>(sql);
        both.addAll(other.sql);
        Map<String, String> services = new LinkedHashMap<>(managed);
        services.putAll(other.managed);
        return new Remedy(both, lines == null ? other.lines : lines, restart || other.restart, services, words)
                .say(other.words);
    }

    /** All of it in one line, for messages. */
    public String text() {
        List<String> parts = new ArrayList<>(sql);
        if (lines != null) {
            parts.add("Set in %s: %s".formatted(lines.file(), String.join("; ", lines.text())));
        }
        if (restart) {
            parts.add(parts.isEmpty() ? "Restart the server." : "Then restart the server.");
        }
        if (!managed.isEmpty()) {
            List<String> services = new ArrayList<>();
            managed.forEach((service, instead) -> services.add(service + ": " + instead));
            parts.add("(" + String.join(" ", services) + ")");
        }
        if (!words.isEmpty()) {
            parts.add(words);
        }
        return String.join(" ", parts);
    }
}
