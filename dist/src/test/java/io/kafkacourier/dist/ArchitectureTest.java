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

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import org.junit.jupiter.api.Test;

/** Tests which packages of the bundle may depend on which. */
class ArchitectureTest {

    private static final JavaClasses BUNDLE = Bundle.CLASSES;

    private static final DescribedPredicate<JavaClass> LOADED_BY_THE_WORKER = assignableTo(
                    org.apache.kafka.connect.components.Versioned.class)
            .or(assignableTo(org.apache.kafka.connect.connector.Task.class));

    /** Maven's modules enforce the same, but not for packages within a module. */
    @Test
    void layersDependOnlyOnLowerLayers() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("core")
                .definedBy("io.kafkacourier.core..")
                .layer("kafka")
                .definedBy("io.kafkacourier.kafka..")
                .layer("schedule")
                .definedBy("io.kafkacourier.schedule..")
                .layer("source")
                .definedBy(
                        "io.kafkacourier.source..",
                        "io.kafkacourier.delay..",
                        "io.kafkacourier.retry..",
                        "io.kafkacourier.redrive..",
                        "io.kafkacourier.failure..")
                .layer("sink")
                .definedBy("io.kafkacourier.sink..", "io.kafkacourier.elasticsearch..")
                .layer("transforms")
                .definedBy("io.kafkacourier.transforms..")
                .layer("interceptors")
                .definedBy("io.kafkacourier.interceptors..")
                .layer("cli")
                .definedBy("io.kafkacourier")
                .whereLayer("kafka")
                .mayOnlyBeAccessedByLayers("source", "sink", "transforms", "interceptors")
                .whereLayer("schedule")
                .mayOnlyBeAccessedByLayers("source")
                .whereLayer("source")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("sink")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("transforms")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("interceptors")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("cli")
                .mayNotBeAccessedByAnyLayer()
                .withOptionalLayers(true)
                .ensureAllClassesAreContainedInArchitecture()
                .check(BUNDLE);
    }

    @Test
    void coreAndScheduleDoNotDependOnKafkaOrElasticsearch() {
        noClasses()
                .that()
                .resideInAnyPackage("io.kafkacourier.core..", "io.kafkacourier.schedule..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.kafka..", "co.elastic..", "org.elasticsearch..")
                .check(BUNDLE);
    }

    /** They are in the jar for plain clients, which does not contain Jackson. */
    @Test
    void coreAndInterceptorsDoNotDependOnJackson() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "io.kafkacourier.core..", "io.kafkacourier.kafka..", "io.kafkacourier.interceptors..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.fasterxml.jackson..")
                .check(BUNDLE);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("io.kafkacourier.(**)").should().beFreeOfCycles().check(BUNDLE);
    }

    /** All sinks share the delivery, whatever they write to. */
    @Test
    void theDeliveryOfASinkDoesNotDependOnElasticsearch() {
        noClasses()
                .that()
                .resideInAPackage("io.kafkacourier.sink..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "co.elastic..", "org.elasticsearch..", "org.apache.http..", "io.kafkacourier.elasticsearch..")
                .check(BUNDLE);
    }

    @Test
    void pluginPackagesHaveOnlyPublicClassesThatTheWorkerOrJmxLoads() {
        classes()
                .that(not(LOADED_BY_THE_WORKER)
                        .and(not(simpleNameEndingWith("MXBean")))
                        .and(resideInAPackage("io.kafkacourier.transforms..")
                                .or(resideInAPackage("io.kafkacourier.delay.."))
                                .or(resideInAPackage("io.kafkacourier.retry"))
                                .or(resideInAPackage("io.kafkacourier.elasticsearch"))))
                .should()
                .notBePublic()
                .check(BUNDLE);
    }

    /** Classes of a sink's packages are public only for the other packages of the sink. */
    @Test
    void classesOfASinkArePublicOnlyIfAnotherPackageUsesThem() {
        classes()
                .that(resideInAPackage("io.kafkacourier.sink..")
                        .or(resideInAPackage("io.kafkacourier.elasticsearch.*..")))
                .and()
                .arePublic()
                .and()
                .areTopLevelClasses()
                .should(beUsedByAnotherPackage())
                .check(BUNDLE);
    }

    private static ArchCondition<JavaClass> beUsedByAnotherPackage() {
        return new ArchCondition<>("be used by another package") {
            @Override
            public void check(JavaClass item, ConditionEvents events) {
                boolean isUsed = item.getDirectDependenciesToSelf().stream()
                        .anyMatch(use -> !use.getOriginClass().getPackageName().equals(item.getPackageName()));
                events.add(new SimpleConditionEvent(item, isUsed, item.getName() + " is used only in its own package"));
            }
        };
    }
}
