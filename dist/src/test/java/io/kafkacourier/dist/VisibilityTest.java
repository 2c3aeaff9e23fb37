/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.dist;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameEndingWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.connect.components.Versioned;
import org.apache.kafka.connect.connector.Task;
import org.junit.jupiter.api.Test;

/**
 * Tests what is public. A class may be public if a worker, a client, JMX or a user loads it by name, or if another
 * package of the bundle uses it. A member of a package-private class may be public only if it overrides another.
 */
class VisibilityTest {

    private static final DescribedPredicate<JavaClass> LOADED_BY_NAME = assignableTo(Versioned.class)
            .or(assignableTo(Task.class))
            .or(assignableTo(ProducerInterceptor.class))
            .or(assignableTo(ConsumerInterceptor.class))
            .or(simpleNameEndingWith("MXBean"))
            .or(DescribedPredicate.describe("command line", Bundle::isCommandLine));

    private static final Pattern SOURCES = Pattern.compile("/src/(main|test)/java/io/kafkacourier/.*\\.java$");

    private static final Set<String> IMPORTED_BY_OTHERS = importedByOthers();

    @Test
    void classesArePublicOnlyIfLoadedByNameOrUsedByAnotherPackage() {
        classes()
                .that()
                .arePublic()
                .and()
                .areTopLevelClasses()
                .and(not(LOADED_BY_NAME))
                .should(beUsedByAnotherPackage())
                .check(Bundle.CLASSES);
    }

    @Test
    void membersOfPackagePrivateClassesArePublicOnlyIfTheyOverride() {
        classes()
                .that()
                .arePackagePrivate()
                .and()
                .areTopLevelClasses()
                .and()
                .areNotInterfaces()
                .should(haveNoPublicMemberOfTheirOwn())
                .check(Bundle.CLASSES);
    }

    private static ArchCondition<JavaClass> beUsedByAnotherPackage() {
        return new ArchCondition<>("be used by another package") {
            @Override
            public void check(JavaClass item, ConditionEvents events) {
                boolean isUsed = IMPORTED_BY_OTHERS.contains(item.getName())
                        || item.getDirectDependenciesToSelf().stream()
                                .anyMatch(use ->
                                        !use.getOriginClass().getPackageName().equals(item.getPackageName()));
                events.add(new SimpleConditionEvent(
                        item, isUsed, item.getName() + " is public, and only its own package uses it"));
            }
        };
    }

    private static ArchCondition<JavaClass> haveNoPublicMemberOfTheirOwn() {
        return new ArchCondition<>("have no public constructor, and no public method that overrides nothing") {
            @Override
            public void check(JavaClass item, ConditionEvents events) {
                item.getCodeUnits().stream()
                        .filter(member -> member.getModifiers().contains(JavaModifier.PUBLIC))
                        .filter(member -> !isMadeByTheCompiler(member) && !overrides(member))
                        .forEach(member ->
                                events.add(SimpleConditionEvent.violated(item, member.getFullName() + " is public")));
            }
        };
    }

    /** Whether the member is an accessor of a record, one of an enum's two methods, or synthetic. */
    private static boolean isMadeByTheCompiler(JavaCodeUnit member) {
        JavaClass owner = member.getOwner();
        boolean isAccessor = owner.isRecord()
                && member.getParameters().isEmpty()
                && owner.tryGetField(member.getName()).isPresent();
        boolean isOfEnum = owner.isEnum()
                && (member.getName().equals("values") || member.getName().equals("valueOf"));
        return isAccessor || isOfEnum || member.getModifiers().contains(JavaModifier.SYNTHETIC);
    }

    /** Compares only the number of parameters, because their types differ with generics. */
    private static boolean overrides(JavaCodeUnit member) {
        if (member instanceof JavaConstructor) {
            return false;
        }
        JavaClass owner = member.getOwner();
        return Stream.concat(owner.getAllRawSuperclasses().stream(), owner.getAllRawInterfaces().stream())
                .flatMap(above -> above.getMethods().stream())
                .anyMatch(method -> method.getName().equals(member.getName())
                        && method.getParameters().size()
                                == member.getParameters().size());
    }

    /**
     * The classes that the sources and tests of other packages import. Bytecode does not show who uses a class's
     * constants, because the compiler copies them.
     */
    private static Set<String> importedByOthers() {
        Pattern imports = Pattern.compile("(?m)^import (?:static )?((?:[a-z0-9]+\\.)+)([A-Z]\\w*)");
        Pattern packages = Pattern.compile("(?m)^package ([\\w.]+);");
        Set<String> imported = new HashSet<>();
        try (Stream<Path> files = Files.walk(Path.of(".."), 12)) {
            for (Path file : files.filter(
                            path -> SOURCES.matcher(path.toString()).find())
                    .toList()) {
                String source = Files.readString(file);
                Matcher own = packages.matcher(source);
                String ownPackage = own.find() ? own.group(1) + "." : "";
                imports.matcher(source)
                        .results()
                        .filter(found -> !found.group(1).equals(ownPackage))
                        .forEach(found -> imported.add(found.group(1) + found.group(2)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return imported;
    }
}
