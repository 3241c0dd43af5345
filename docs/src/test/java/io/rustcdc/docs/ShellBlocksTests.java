package io.rustcdc.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rustcdc.spring.actuate.CdcCheckpointsEndpoint;
import io.rustcdc.spring.actuate.CdcDeadLettersEndpoint;
import io.rustcdc.spring.actuate.CdcEndpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * That the pages tell people to run only what exists. The build's own check runs the two commands of the README; the
 * others are variations of them, whose modules, goals, test classes and properties are looked up here.
 */
class ShellBlocksTests {

    private static final Set<String> GOALS = Set.of("verify", "test", "spotless:apply", "spring-boot:run");

    private static final List<String> THE_TWO_COMMANDS =
            List.of("mvn -pl sample-app -am spring-boot:run", "mvn verify");

    private static final Pattern OPERATION = Pattern.compile(
            "curl -X POST -H \"Content-Type: application/json\" -d '\\{\"action\": \"([a-z-]+)\"(, \"tables\":"
                    + " \"[^\"]+\"(, \"condition\": \"[^\"]+\")?)?}' http://localhost:8080/actuator/cdc/shop");

    private static final Pattern CHECKPOINTS = Pattern.compile(
            "curl( -X DELETE| -X POST -H \"Content-Type: application/json\" -d '\\{\"action\": \"([a-z]+)\", .+}')? http://localhost:8080/actuator/cdccheckpoints(/shop(/present)?)?");

    private static final Pattern DOCTOR = Pattern.compile("curl http://localhost:8080/actuator/cdcdoctor(/shop)?");

    /** An application, with settings that exist. */
    private static final Pattern APPLICATION = Pattern.compile("java -jar shop\\.jar(( --[a-z.-]+=[a-z0-9]+)+)");

    /** Those of the page are sent by its own test. */
    private static final Pattern DEAD_LETTERS = Pattern.compile(
            "curl( -X POST -H \"Content-Type: application/json\" -d '\\{\"action\": \"([a-z]+)\"[^']*}')? '?http://localhost:8080/actuator/cdcdeadletters(/shop(/\\d+|\\?[a-z=&.0-9]+)?)?'?");

    static Stream<CodeBlock> blocks() {
        return Page.blocks("shell").stream();
    }

    @ParameterizedTest
    @MethodSource("blocks")
    void namesWhatExists(CodeBlock block) {
        block.text().lines().forEach(command -> require(block.where(), command));
    }

    @Test
    void showsTheTwoCommandsFirst() {
        assertThat(Page.named("README.md").blocksIn("shell").get(0).text().lines())
                .containsExactlyElementsOf(THE_TWO_COMMANDS);
    }

    @Test
    void refusesWhatDoesNotExist() {
        for (String wrong : List.of(
                "rm -rf target",
                "mvn install",
                "mvn -pl nowhere verify",
                "mvn -pl docs test -Dtest=NoSuchTests",
                "curl -X POST -H \"Content-Type: application/json\" -d '{\"action\": \"explode\"}'"
                        + " http://localhost:8080/actuator/cdc/shop",
                "java -jar shop.jar --rustcdc.doktor=report",
                "curl http://localhost:8080/actuator/cdcdoctors",
                "curl http://localhost:8080/actuator/shutdown",
                "curl -X POST -H \"Content-Type: application/json\" -d '{\"action\": \"explode\", \"id\": \"1\"}' http://localhost:8080/actuator/cdccheckpoints/shop",
                "mvn -Pno-such-profile verify",
                "mvn verify -Dno.such.property=1")) {
            assertThatThrownBy(() -> require("page.md:1", wrong)).isInstanceOf(AssertionError.class);
        }
    }

    private static void require(String where, String command) {
        Matcher application = APPLICATION.matcher(command);
        if (application.matches()) {
            Metadata metadata = Metadata.ofClassPath();
            for (String argument : application.group(1).strip().split(" ")) {
                String key = argument.substring(2, argument.indexOf('='));
                assertThat(metadata.knows(key)).as(where + ": " + key).isTrue();
            }
            return;
        }
        if (DOCTOR.matcher(command).matches()) {
            return;
        }
        if (command.startsWith("curl ")) {
            requireOperation(where, command);
            return;
        }
        if (command.startsWith("promtool test rules ")) {
            assertThat(Page.root().resolve(command.substring("promtool test rules ".length())))
                    .as(where)
                    .exists();
            return;
        }
        String[] words = command.split(" ");
        assertThat(words[0]).as(where).isEqualTo("mvn");
        Path module = Page.root();
        List<String> profiles = new ArrayList<>();
        for (int i = 1; i < words.length; i++) {
            String word = words[i];
            if (word.equals("-pl")) {
                module = Page.root().resolve(words[++i]);
                assertThat(module.resolve("pom.xml")).as(where).exists();
            } else if (word.startsWith("-Dtest=")) {
                assertThat(files(module.resolve("src/test/java")))
                        .as(where)
                        .contains(word.substring("-Dtest=".length()) + ".java");
            } else if (word.startsWith("-D")) {
                requireProperty(where, word.substring(2).split("=", 2));
            } else if (word.startsWith("-P")) {
                profiles.add(word.substring(2));
            } else if (!word.equals("-am")) {
                assertThat(GOALS).as(where).contains(word);
            }
        }
        requireProfiles(where, module, profiles);
    }

    /** Of the whole project, or of the module. */
    private static void requireProfiles(String where, Path module, List<String> profiles) {
        String poms = read(Page.root().resolve("pom.xml")) + read(module.resolve("pom.xml"));
        assertThat(profiles)
                .allSatisfy(profile -> assertThat(poms)
                        .as(where)
                        .containsPattern("<profile>\\s+(<!--[^>]*-->\\s+)?<id>" + Pattern.quote(profile) + "</id>"));
    }

    private static void requireOperation(String where, String command) {
        Matcher checkpoints = CHECKPOINTS.matcher(command);
        if (checkpoints.matches()) {
            if (checkpoints.group(2) != null) {
                assertThat(CdcCheckpointsEndpoint.Action.values())
                        .as(where)
                        .extracting(action -> action.name().toLowerCase(Locale.ROOT))
                        .contains(checkpoints.group(2));
            }
            return;
        }
        Matcher letters = DEAD_LETTERS.matcher(command);
        if (letters.matches()) {
            assertThat(letters.group(2))
                    .as(where)
                    .satisfiesAnyOf(
                            action -> assertThat(action).isNull(),
                            action -> assertThat(CdcDeadLettersEndpoint.Action.values())
                                    .extracting(each -> each.name().toLowerCase(Locale.ROOT))
                                    .contains(action));
            return;
        }
        Matcher operation = OPERATION.matcher(command);
        assertThat(operation.matches()).as(where).isTrue();
        assertThat(CdcEndpoint.Action.values())
                .as(where)
                .extracting(action -> action.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .contains(operation.group(1));
        assertThat(operation.group(2) != null)
                .as(where)
                .isEqualTo(operation.group(1).equals("snapshot"));
    }

    private static void requireProperty(String where, String[] property) {
        switch (property[0]) {
            case "spring-boot.run.profiles" ->
                assertThat(Page.root().resolve("sample-app/src/main/resources/application-" + property[1] + ".yml"))
                        .as(where)
                        .exists();
            case "rustcdc.test.postgres",
                    "rustcdc.test.mysql",
                    "rustcdc.test.mariadb",
                    "rustcdc.test.sqlserver",
                    "rustcdc.docs.write",
                    "excluded.test.groups",
                    "surefire.failIfNoSpecifiedTests" ->
                assertThat(property).as(where).hasSize(2);
            default -> throw new AssertionError(where + ": '" + property[0] + "' is not a known property");
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> files(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
