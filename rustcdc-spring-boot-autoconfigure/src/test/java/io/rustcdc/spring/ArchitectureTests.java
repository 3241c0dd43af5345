package io.rustcdc.spring;

import static com.tngtech.archunit.core.domain.JavaModifier.FINAL;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

class ArchitectureTests {

    private static final JavaClasses ALL = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.rustcdc");

    @TestFactory
    Stream<DynamicTest> rules() {
        return Stream.of(
                        slices().matching("io.rustcdc.spring.(*)..").should().beFreeOfCycles(),
                        noClasses()
                                .that()
                                .resideInAPackage("io.rustcdc.spring")
                                .should()
                                .dependOnClassesThat()
                                .resideInAPackage("io.rustcdc.spring.*..")
                                .because("the rest serves the application's API, not the other way round"),
                        noClasses()
                                .that()
                                .resideOutsideOfPackage("io.rustcdc.spring.autoconfigure")
                                .should()
                                .dependOnClassesThat()
                                .resideInAPackage("io.rustcdc.spring.autoconfigure"),
                        noClasses()
                                .that()
                                .resideOutsideOfPackages("io.rustcdc.spring.metrics", "io.rustcdc.spring.autoconfigure")
                                .should()
                                .dependOnClassesThat()
                                .resideInAPackage("io.micrometer..")
                                .because("Micrometer is optional"),
                        noClasses()
                                .that()
                                .resideOutsideOfPackages("io.rustcdc.spring.actuate", "io.rustcdc.spring.autoconfigure")
                                .should()
                                .dependOnClassesThat()
                                .resideInAnyPackage(
                                        "org.springframework.boot.actuate..", "org.springframework.boot.health..")
                                .because("the actuator is optional"),
                        noClasses()
                                .that()
                                .resideInAPackage("io.rustcdc.spring..")
                                .should()
                                .dependOnClassesThat()
                                .resideInAnyPackage(
                                        "org.postgresql..", "com.github.shyiko..", "com.microsoft..", "org.mariadb.."),
                        classes()
                                .that()
                                .areAnnotatedWith(AutoConfiguration.class)
                                .should()
                                .bePublic()
                                .andShould()
                                .haveModifier(FINAL)
                                .because("only the name of an auto-configuration is API"),
                        noMethods()
                                .that()
                                .areDeclaredInClassesThat()
                                .areAnnotatedWith(AutoConfiguration.class)
                                .should()
                                .bePublic(),
                        methods()
                                .that()
                                .areAnnotatedWith(Bean.class)
                                .should()
                                .notBePrivate()
                                .andShould()
                                .notBeAnnotatedWith(ConditionalOnClass.class)
                                .because("the class of the method's return type is loaded before the condition"))
                .map(rule -> check(rule));
    }

    @TestFactory
    Stream<DynamicTest> theEngineDoesNotKnowSpring() {
        return Stream.of(noClasses()
                        .that()
                        .resideOutsideOfPackage("io.rustcdc.spring..")
                        .and()
                        .resideOutsideOfPackage("io.rustcdc.test..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage("org.springframework..", "io.rustcdc.spring.."))
                .map(rule -> check(rule));
    }

    private static DynamicTest check(ArchRule rule) {
        return DynamicTest.dynamicTest(rule.getDescription(), () -> rule.check(ALL));
    }
}
