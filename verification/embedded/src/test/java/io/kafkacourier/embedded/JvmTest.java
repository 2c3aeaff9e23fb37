/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JvmTest {

    /** A version that is neither installed nor the current one. */
    private static final int OTHER = 99;

    @TempDir
    Path folder;

    @Test
    void theCurrentJvmIsFoundWithoutASearch() {
        assertThat(Jvm.find(Runtime.version().feature(), null, List.of())).contains(Jvm.current());
        assertThat(Path.of(Jvm.current().java())).isExecutable();
    }

    @Test
    void theFeatureVersionIsFoundAmongOthers() throws IOException {
        install("a-98", "98.0.1");
        Path wanted = install("b-99", "99.0.1");
        install("c/Contents/Home", "97");
        Files.createFile(folder.resolve("d.tar.gz"));

        assertThat(Jvm.find(OTHER, null, List.of(folder.resolve("absent"), folder)))
                .contains(new Jvm(wanted, OTHER));
        assertThat(Jvm.find(97, null, List.of(folder))).contains(new Jvm(folder.resolve("c/Contents/Home"), 97));
        assertThat(Jvm.find(96, null, List.of(folder))).isEmpty();
    }

    @Test
    void theConfiguredJvmIsUsed() throws IOException {
        install("found", "99");
        Path named = install("elsewhere/named", "99");

        assertThat(Jvm.find(OTHER, named.toString(), List.of(folder))).contains(new Jvm(named, OTHER));
    }

    @Test
    void aConfiguredJvmOfAnotherVersionIsRefused() throws IOException {
        Path named = install("named", "98");
        install("found", "99");

        assertThatIllegalStateException()
                .isThrownBy(() -> Jvm.find(OTHER, named.toString(), List.of(folder)))
                .withMessage(named + " is not the home of a Java 99");
    }

    @Test
    void theCurrentJvmIsUsedInsteadUnlessTheOtherIsRequired() throws IOException {
        Jvm installed = new Jvm(install("found", "99"), OTHER);

        assertThat(Jvm.orCurrent(OTHER, Optional.of(installed), true)).isEqualTo(installed);
        assertThat(Jvm.orCurrent(OTHER, Optional.empty(), false)).isEqualTo(Jvm.current());
        assertThatIllegalStateException()
                .isThrownBy(() -> Jvm.orCurrent(OTHER, Optional.empty(), true))
                .withMessageContaining("There is no Java 99, which java99.required asks for")
                .withMessageContaining("JAVA99_HOME");
    }

    private Path install(String name, String version) throws IOException {
        Path home = folder.resolve(name);
        Path java = Files.createDirectories(home.resolve("bin")).resolve("java");
        assertThat(Files.createFile(java).toFile().setExecutable(true)).isTrue();
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        return home;
    }
}
