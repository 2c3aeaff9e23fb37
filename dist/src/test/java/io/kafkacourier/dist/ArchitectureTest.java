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

/** The direction in which the rooms of the bundle may know each other. */
class ArchitectureTest {

    private static final JavaClasses BUNDLE = Bundle.CLASSES;

    private static final DescribedPredicate<JavaClass> LOADED_BY_THE_WORKER = assignableTo(
                    org.apache.kafka.connect.components.Versioned.class)
            .or(assignableTo(org.apache.kafka.connect.connector.Task.class));

    /** Maven's modules say the same; here it is said once, and also of rooms within a module. */
    @Test
    void roomsKnowOnlyThoseBelowThem() {
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
    void coreAndTheScheduleKnowNothingOfKafka() {
        noClasses()
                .that()
                .resideInAnyPackage("io.kafkacourier.core..", "io.kafkacourier.schedule..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.kafka..", "co.elastic..", "org.elasticsearch..")
                .check(BUNDLE);
    }

    /** They are in the jar for plain clients, which does without Jackson. */
    @Test
    void coreAndInterceptorsDoWithoutJackson() {
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

    /** Whatever a sink writes to, it delivers in the same way. */
    @Test
    void theDeliveryOfASinkKnowsNothingOfElasticsearch() {
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
    void onlyWhatTheWorkerOrJmxLoadsIsPublicInTheRoomsOfPlugins() {
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

    /** The rooms below a sink's connector are public for one another, and for nothing else. */
    @Test
    void classesBelowASinkArePublicOnlyIfAnotherRoomNeedsThem() {
        classes()
                .that(resideInAPackage("io.kafkacourier.sink..")
                        .or(resideInAPackage("io.kafkacourier.elasticsearch.*..")))
                .and()
                .arePublic()
                .and()
                .areTopLevelClasses()
                .should(beUsedByAnotherRoom())
                .check(BUNDLE);
    }

    private static ArchCondition<JavaClass> beUsedByAnotherRoom() {
        return new ArchCondition<>("be used by another room") {
            @Override
            public void check(JavaClass item, ConditionEvents events) {
                boolean isUsed = item.getDirectDependenciesToSelf().stream()
                        .anyMatch(use -> !use.getOriginClass().getPackageName().equals(item.getPackageName()));
                events.add(new SimpleConditionEvent(item, isUsed, item.getName() + " is used in its own room only"));
            }
        };
    }
}
