/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.elasticsearch.Bulk.Operation;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;

class BulkTest {

    private final Offsets offsets = new Offsets();

    @Test
    void writesTwoLinesPerDocument() {
        Bulk bulk = new Bulk();
        bulk.add(pending(0), document("1", "{\"a\":1}"));
        bulk.add(pending(1), document("2", "{}"));
        assertThat(text(bulk)).isEqualTo("""
                {"create":{"_index":"i","_id":"1"}}
                {"a":1}
                {"create":{"_index":"i","_id":"2"}}
                {}
                """);
    }

    @Test
    void takesLittleMemoryForOneDocumentAndGivesBackWhatIsSpare() {
        Bulk bulk = new Bulk();
        assertThat(bulk.bytes()).isEmpty();
        bulk.add(pending(0), new Document("i", "1".getBytes(UTF_8), "{}".getBytes(UTF_8)));
        assertThat(bulk.bytes()).hasSizeLessThanOrEqualTo(1024);
        assertThat(bulk.spareBytes()).isEqualTo(bulk.bytes().length - bulk.length());

        String before = new String(bulk.bytes(), 0, bulk.length(), UTF_8);
        bulk.trim();

        assertThat(bulk.bytes()).asString(UTF_8).isEqualTo(before);
        assertThat(bulk.spareBytes()).isZero();
    }

    @Test
    void knowsTheLengthOfADocumentBeforeItIsAdded() {
        Document document = document("id", "{\"a\":\"€\"}");
        Bulk bulk = new Bulk();
        assertThat(bulk.add(pending(0), document).length()).isEqualTo(Bulk.lengthOf(document));
        assertThat(bulk.length()).isEqualTo(Bulk.lengthOf(document));
    }

    @Test
    void growsBeyondItsFirstBuffer() {
        Bulk bulk = new Bulk();
        String large = "{\"a\":\"" + "x".repeat(1_000_000) + "\"}";
        bulk.add(pending(0), document("1", "{}"));
        bulk.add(pending(1), document("2", large));
        assertThat(text(bulk)).endsWith(large + "\n").startsWith("{\"create\"");
    }

    @Property(tries = 100)
    void keepsTheBytesOfEveryOperationWhenPartsAreSentAgain(
            @ForAll @Size(min = 2, max = 40) List<@IntRange(max = 300) Integer> sizes, @ForAll int seed) {
        Bulk bulk = new Bulk();
        for (int i = 0; i < sizes.size(); i++) {
            bulk.add(pending(i), document("d" + i, "{\"n\":\"" + "y".repeat(sizes.get(i)) + "\"}"));
        }
        List<String> lines = new ArrayList<>();
        bulk.halves().forEach(half -> lines.addAll(operations(half)));
        assertThat(lines).isEqualTo(operations(bulk));

        List<Operation> some = bulk.operations().stream()
                .filter(operation -> (operation.pending().offset() + seed) % 3 == 0)
                .toList();
        Bulk part = bulk.only(some);
        assertThat(operations(part))
                .containsExactlyElementsOf(some.stream().map(o -> text(bulk, o)).toList());
        assertThat(part.operations())
                .extracting(Operation::pending)
                .containsExactlyElementsOf(some.stream().map(Operation::pending).toList());
    }

    private static List<String> operations(Bulk bulk) {
        return bulk.operations().stream()
                .map(operation -> text(bulk, operation))
                .toList();
    }

    private static String text(Bulk bulk, Operation operation) {
        return new String(bulk.bytes(), operation.start(), operation.length(), UTF_8);
    }

    private static String text(Bulk bulk) {
        return new String(bulk.bytes(), 0, bulk.length(), UTF_8);
    }

    private Pending pending(long offset) {
        return offsets.track(new SinkRecord("t", 0, null, null, null, "v", offset, 0L, TimestampType.CREATE_TIME), 0);
    }

    private static Document document(String id, String json) {
        return new Document("i", id.getBytes(UTF_8), json.getBytes(UTF_8));
    }
}
