/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.dist;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameEndingWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The direction in which the rooms of the bundle may know each other. */
class ArchitectureTest {

    private static final JavaClasses BUNDLE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.kafkacourier");

    @Test
    void transformsInterceptorsAndConnectorsDependOnCoreAndNeverOnEachOther() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("core")
                .definedBy("io.kafkacourier.core..")
                .layer("transforms")
                .definedBy("io.kafkacourier.transforms..")
                .layer("interceptors")
                .definedBy("io.kafkacourier.interceptors..")
                .layer("connectors")
                .definedBy(
                        "io.kafkacourier.schedule..",
                        "io.kafkacourier.kafka..",
                        "io.kafkacourier.metrics..",
                        "io.kafkacourier.source..",
                        "io.kafkacourier.delay..",
                        "io.kafkacourier.retry..",
                        "io.kafkacourier.elasticsearch..")
                .whereLayer("transforms")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("interceptors")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("connectors")
                .mayNotBeAccessedByAnyLayer()
                .check(BUNDLE);
    }

    @Test
    void rulesAreReadWithoutKafka() {
        noClasses()
                .that()
                .resideInAnyPackage("io.kafkacourier", "io.kafkacourier.core.rule..", "io.kafkacourier.core.json..")
                .and()
                .doNotHaveSimpleName("FailureLog")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.kafka..", "org.slf4j..")
                .check(BUNDLE);
    }

    @Test
    void coreKnowsNeitherConnectsRuntimeNorElasticsearch() {
        noClasses()
                .that()
                .resideInAPackage("io.kafkacourier.core..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.kafka.connect.runtime..", "co.elastic..", "org.elasticsearch..")
                .check(BUNDLE);
    }

    /** They are in the jar for plain clients, which does without Jackson. */
    @Test
    void coreAndInterceptorsDoWithoutJackson() {
        noClasses()
                .that()
                .resideInAnyPackage("io.kafkacourier.core..", "io.kafkacourier.interceptors..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.fasterxml.jackson..")
                .check(BUNDLE);
    }

    @Test
    void theScheduleKnowsNeitherConnectNorKafka() {
        noClasses()
                .that()
                .resideInAPackage("io.kafkacourier.schedule..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.kafka..")
                .check(BUNDLE);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("io.kafkacourier.(**)").should().beFreeOfCycles().check(BUNDLE);
    }

    @Test
    void onlyWhatTheWorkerOrJmxLoadsIsPublicInTheRoomsOfPlugins() {
        classes()
                .that(not(assignableTo(org.apache.kafka.connect.components.Versioned.class))
                        .and(not(assignableTo(org.apache.kafka.connect.connector.Task.class)))
                        .and(not(simpleNameEndingWith("MXBean")))
                        .and(resideInAPackage("io.kafkacourier.transforms..")
                                .or(resideInAPackage("io.kafkacourier.delay.."))
                                .or(resideInAPackage("io.kafkacourier.retry.."))
                                .or(resideInAPackage("io.kafkacourier.elasticsearch.."))))
                .should()
                .notBePublic()
                .check(BUNDLE);
    }
}
