package io.rustcdc;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The arrows between the engine's packages. The table is the map: a new package must be entered into it. */
class ArchitectureTests {

    private static final JavaClasses engine = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.rustcdc");

    private static final String[] CONNECTOR_MAY = {"event", "schema", "source", "source.internal", "snapshot"};

    /** Package below io.rustcdc, and which others it may use. */
    private static final Map<String, String[]> MAY_USE = Map.ofEntries(
            Map.entry("event", new String[] {}),
            Map.entry("schema", new String[] {"event"}),
            Map.entry("observe", new String[] {"event", "schema", "source", "checkpoint"}),
            Map.entry("source", new String[] {"event", "schema"}),
            Map.entry("checkpoint", new String[] {"event", "schema", "source"}),
            Map.entry(
                    "checkpoint.jdbc", new String[] {"event", "schema", "source", "checkpoint", "deadletter", "codec"}),
            Map.entry("codec", new String[] {"event", "schema", "source"}),
            Map.entry("snapshot", new String[] {"event", "schema", "source", "checkpoint", "observe"}),
            Map.entry("transform", new String[] {"event", "schema", "source", "observe"}),
            Map.entry("deadletter", new String[] {"event", "source", "observe"}),
            Map.entry("delivery", new String[] {"event", "schema", "source", "checkpoint", "observe", "deadletter"}),
            Map.entry("source.internal", new String[] {"event", "schema", "source"}),
            Map.entry("source.postgres", CONNECTOR_MAY),
            Map.entry("source.mysql", CONNECTOR_MAY),
            Map.entry("source.sqlserver", CONNECTOR_MAY),
            Map.entry("runtime", new String[] {
                "event",
                "schema",
                "source",
                "checkpoint",
                "observe",
                "deadletter",
                "delivery",
                "snapshot",
                "transform",
                "codec",
                "source.postgres",
                "source.mysql",
                "source.sqlserver"
            }));

    /** Library packages, and who alone may use them. */
    private static final Map<String, String> DRIVERS = Map.of(
            "org.postgresql..", "io.rustcdc.source.postgres..",
            "com.github.shyiko..", "io.rustcdc.source.mysql..",
            "org.mariadb..", "io.rustcdc.source.mysql..",
            "com.microsoft..", "io.rustcdc.source.sqlserver..");

    static Stream<String> packages() {
        return MAY_USE.keySet().stream().sorted();
    }

    static Stream<String> drivers() {
        return DRIVERS.keySet().stream().sorted();
    }

    @ParameterizedTest
    @MethodSource("packages")
    void usesOnlyWhatLiesBelow(String name) {
        List<String> allowed = new ArrayList<>(List.of("io.rustcdc." + name));
        Arrays.stream(MAY_USE.get(name)).map(other -> "io.rustcdc." + other).forEach(allowed::add);
        noClasses()
                .that()
                .resideInAPackage("io.rustcdc." + name)
                .should()
                .dependOnClassesThat(
                        resideInAPackage("io.rustcdc..").and(not(resideInAnyPackage(allowed.toArray(new String[0])))))
                .because("imports point down, and connectors do not see each other")
                .allowEmptyShould(true)
                .check(engine);
    }

    @Test
    void everyPackageIsOnTheMap() {
        TreeSet<String> found = new TreeSet<>();
        engine.forEach(type -> found.add(type.getPackageName()));
        assertThat(found)
                .hasSizeGreaterThan(5)
                .isSubsetOf(Stream.concat(Stream.of("io.rustcdc"), packages().map(name -> "io.rustcdc." + name))
                        .toList());
    }

    @Test
    void nobodyUsesTheRoot() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.rustcdc")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.rustcdc")
                .check(engine);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("io.rustcdc.(**)").should().beFreeOfCycles().check(engine);
    }

    @ParameterizedTest
    @MethodSource("drivers")
    void aDriverIsKnownToItsConnectorOnly(String driver) {
        noClasses()
                .that()
                .resideOutsideOfPackage(DRIVERS.get(driver))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(driver)
                .check(engine);
    }

    @Test
    void jacksonIsKnownToTheJsonFormatsOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.rustcdc.checkpoint", "io.rustcdc.codec")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("tools.jackson..", "com.fasterxml..")
                .because("its types must not leak into the engine's contracts")
                .check(engine);
    }

    @Test
    void hasNoSpringAndNoOtherLogging() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.springframework..",
                        "java.util.logging..",
                        "org.apache.commons.logging..",
                        "ch.qos.logback..",
                        "io.micrometer..")
                .check(engine);
    }

    @Test
    void neverSleeps() {
        noClasses()
                .should()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callMethod(Thread.class, "sleep", long.class, int.class)
                .orShould()
                .callMethod("java.util.concurrent.TimeUnit", "sleep", "long")
                .because("a sleeping thread cannot be woken to stop; wait on a condition with a timeout")
                .check(engine);
    }

    @Test
    void foldsCaseWithALocale() {
        noClasses()
                .should()
                .callMethod(String.class, "toLowerCase")
                .orShould()
                .callMethod(String.class, "toUpperCase")
                .because("in Turkish the lower case of I is another letter")
                .check(engine);
    }

    @Test
    void doesNotWriteToTheConsole() {
        noClasses()
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .callMethod(Throwable.class, "printStackTrace")
                .check(engine);
    }
}
