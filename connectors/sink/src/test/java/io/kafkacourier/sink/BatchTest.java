/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.sink.Batch.Operation;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class BatchTest {

    private final Offsets offsets = new Offsets();

    @Test
    void takesLittleMemoryForOneRecordAndGivesBackWhatIsSpare() {
        Batch batch = new Batch();
        assertThat(batch.bytes()).isEmpty();
        batch.add(pending(0), TestRecord.to("i"));
        assertThat(batch.bytes()).hasSizeLessThanOrEqualTo(1024);
        assertThat(batch.spareBytes()).isEqualTo(batch.bytes().length - batch.length());

        String before = new String(batch.bytes(), 0, batch.length(), UTF_8);
        batch.trim();

        assertThat(batch.bytes()).asString(UTF_8).isEqualTo(before);
        assertThat(batch.spareBytes()).isZero();
    }

    @Test
    void growsBeyondItsFirstBuffer() {
        Batch batch = new Batch();
        String large = "x".repeat(1_000_000);
        batch.add(pending(0), TestRecord.to("i"));
        batch.add(pending(1), new TestRecord("i", large));
        assertThat(text(batch)).endsWith(large).startsWith("the bytes");
    }

    @Property(tries = 100)
    void keepsTheBytesOfEveryOperationWhenPartsAreSentAgain(
            @ForAll @Size(min = 2, max = 40) List<@IntRange(max = 300) Integer> sizes, @ForAll int seed) {
        Batch batch = new Batch();
        for (int i = 0; i < sizes.size(); i++) {
            batch.add(pending(i), new TestRecord("i", i + "y".repeat(sizes.get(i))));
        }
        List<String> lines = new ArrayList<>();
        batch.halves().forEach(half -> lines.addAll(operations(half)));
        assertThat(lines).isEqualTo(operations(batch));

        List<Operation> some = batch.operations().stream()
                .filter(operation -> (operation.pending().offset() + seed) % 3 == 0)
                .toList();
        Batch part = batch.only(some);
        assertThat(operations(part))
                .containsExactlyElementsOf(
                        some.stream().map(o -> text(batch, o)).toList());
        assertThat(part.operations())
                .extracting(Operation::pending)
                .containsExactlyElementsOf(some.stream().map(Operation::pending).toList());
    }

    private static List<String> operations(Batch batch) {
        return batch.operations().stream()
                .map(operation -> text(batch, operation))
                .toList();
    }

    private static String text(Batch batch, Operation operation) {
        return new String(batch.bytes(), operation.start(), operation.length(), UTF_8);
    }

    private static String text(Batch batch) {
        return new String(batch.bytes(), 0, batch.length(), UTF_8);
    }

    private PendingRecord pending(long offset) {
        return offsets.track(TestRecord.read(offset), 0);
    }
}
