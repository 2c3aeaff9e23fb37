/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.dist;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

/** The classes of the bundle, without libraries and tests. */
public final class Bundle {

    /** All classes of the bundle. */
    public static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.kafkacourier");

    private Bundle() {}

    /** Whether a class has a main method, so that users can start it with {@code java}. */
    public static boolean isCommandLine(JavaClass type) {
        return type.tryGetMethod("main", String[].class)
                .filter(main -> main.getModifiers().contains(JavaModifier.PUBLIC)
                        && main.getModifiers().contains(JavaModifier.STATIC))
                .isPresent();
    }
}
