/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReloadedTest {

    @TempDir
    Path directory;

    private final AtomicLong now = new AtomicLong();

    @Test
    void looksAtTheFileOnceASecond() throws Exception {
        Path file = Files.writeString(directory.resolve("f"), "a");
        Reloaded<String> text = of(file);
        Files.writeString(file, "longer");
        now.set(999);
        assertThat(text.get()).isEqualTo("a");
        now.set(1_000);
        assertThat(text.get()).isEqualTo("longer");
    }

    @Test
    void keepsTheLastGoodValueAndTriesAgain() throws Exception {
        Path file = Files.writeString(directory.resolve("f"), "good");
        Reloaded<String> text = of(file);
        Files.writeString(file, "bad");
        now.addAndGet(1_000);
        assertThat(text.get()).isEqualTo("good");
        Files.delete(file);
        now.addAndGet(1_000);
        assertThat(text.get()).isEqualTo("good");
        Files.writeString(file, "better");
        now.addAndGet(1_000);
        assertThat(text.get()).isEqualTo("better");
    }

    private Reloaded<String> of(Path file) throws Exception {
        return new Reloaded<>(
                List.of(file),
                () -> {
                    String text = Files.readString(file);
                    if (text.equals("bad")) {
                        throw new IOException("not what it should be");
                    }
                    return text;
                },
                now::get);
    }
}
