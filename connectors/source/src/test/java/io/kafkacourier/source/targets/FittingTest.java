/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.targets;

import static io.kafkacourier.source.outgoing.Orders.NOW;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.core.contract.Reason;
import io.kafkacourier.kafka.admin.TargetTopic;
import io.kafkacourier.source.message.Draft;
import io.kafkacourier.source.message.RecordSize;
import io.kafkacourier.source.message.Refusal;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FittingTest {

    private static final int MAX_RECORD = 100_000;
    /** More than any limit, so that drafts are measured. */
    private static final int LARGE = 1_000_000;

    private final Draft draft = valueOf(1_000);
    private final int size = (int) RecordSize.sent(draft);

    @Test
    void sendsADraftThatIsAsLargeAsTheTopicTakes() {
        assertThat(fitting(0).fit(draft, taking(size), LARGE).tooLarge()).isNull();
    }

    @Test
    void refusesADraftThatIsAByteLargerThanTheTopicTakes() {
        Refusal tooLarge =
                requireNonNull(fitting(0).fit(draft, taking(size - 1), LARGE).tooLarge());

        assertThat(tooLarge.reason()).isEqualTo(Reason.TOO_LARGE);
        assertThat(tooLarge.detail())
                .isEqualTo("takes up to " + size + " bytes, beyond the " + (size - 1)
                        + " of its target topic (max.message.bytes); uncompressed, since"
                        + " producer.override.compression.type is not set");
    }

    @Test
    void sendsADraftThatIsAsLargeAsTheProducerSends() {
        assertThat(new Fitting(size, Codec.NONE, 0)
                        .fit(draft, taking(LARGE), LARGE)
                        .tooLarge())
                .isNull();
    }

    @Test
    void refusesADraftThatIsAByteLargerThanTheProducerSends() {
        Refusal tooLarge = requireNonNull(new Fitting(size - 1, Codec.NONE, 0)
                .fit(draft, taking(LARGE), LARGE)
                .tooLarge());

        assertThat(tooLarge.detail())
                .isEqualTo("takes up to " + size + " bytes, beyond the " + (size - 1)
                        + " of the producer (producer.override.max.request.size or max.request.size)");
    }

    @Test
    void leavesTheHeadroomForTransforms() {
        assertThat(fitting(50).fit(draft, taking(size + 50), LARGE).tooLarge()).isNull();
        assertThat(fitting(50).fit(draft, taking(size + 49), LARGE).tooLarge()).isNotNull();
    }

    /** A producer compresses a record after it has checked its size. */
    @Test
    void countsCompressionForTheTopicButNotForTheProducer() {
        Codec gzip = Codec.ofProducer(Map.of("compression.type", "gzip"));

        assertThat(new Fitting(MAX_RECORD, gzip, 0)
                        .fit(draft, taking(size - 1), LARGE)
                        .tooLarge())
                .isNull();
        assertThat(new Fitting(size - 1, gzip, 0)
                        .fit(draft, taking(LARGE), LARGE)
                        .tooLarge())
                .isNotNull();
    }

    /** The broker checks a record again if it compresses it anew. */
    @Test
    void countsARecordUncompressedIfTheTopicStoresItSo() {
        Codec gzip = Codec.ofProducer(Map.of("compression.type", "gzip"));
        TargetTopic.Present uncompressed = new TargetTopic.Present(
                size - 1,
                false,
                Long.MAX_VALUE,
                Long.MAX_VALUE,
                new TargetTopic.Compression("uncompressed", null),
                true,
                0,
                Map.of());

        assertThat(new Fitting(MAX_RECORD, gzip, 0)
                        .fit(draft, uncompressed, LARGE)
                        .tooLarge())
                .isNotNull();
    }

    /** A broker would reject it, and the task would fail at it again after each restart. */
    @Property(tries = 200)
    void sendsNoDraftWhoseBatchIsLargerThanTheTopicTakes(
            @ForAll @IntRange(max = 200_000) int bytes,
            @ForAll @DoubleRange(max = 1) double randomShare,
            @ForAll CompressionType type,
            @ForAll long seed) {
        byte[] value = new byte[bytes];
        byte[] random = new byte[(int) (bytes * randomShare)];
        new Random(seed).nextBytes(random);
        System.arraycopy(random, 0, value, 0, random.length);
        int batchBytes = MemoryRecords.withRecords(Compression.of(type).build(), new SimpleRecord(NOW, null, value))
                .sizeInBytes();
        Fitting fitting = new Fitting(LARGE, Codec.ofProducer(Map.of("compression.type", type.name)), 0);

        Fitting.Fit fit = fitting.fit(Draft.of(null, value, new ConnectHeaders()), taking(batchBytes - 1), LARGE);

        assertThat(fit.tooLarge()).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "lz4", "zstd"})
    void allowsARecordThatCannotBeCompressedAFewBytesForEachBlock(String codec) {
        byte[] value = new byte[900_000];
        new Random(1).nextBytes(value);
        Draft random = Draft.of(null, value, new ConnectHeaders());
        int enough = (int) RecordSize.sent(random) + 400;

        Fitting fitting = new Fitting(LARGE, Codec.ofProducer(Map.of("compression.type", codec)), 0);

        assertThat(fitting.fit(random, taking(enough), LARGE).tooLarge()).isNull();
    }

    @Test
    void measuresNothingOfAMessageFarBelowTheLimits() {
        int heldBytes = 1_000;
        int enough = (int) RecordSize.mostSent(heldBytes);

        assertThat(fitting(0).fit(draft, taking(enough), heldBytes).tooLarge()).isNull();
        assertThat(fitting(0).fit(valueOf(LARGE), taking(enough), heldBytes).tooLarge())
                .as("not even one that is larger than it says")
                .isNull();
        assertThat(fitting(0).fit(valueOf(LARGE), taking(enough - 1), heldBytes).tooLarge())
                .isNotNull();
    }

    @Test
    void makesNoSmallerFormThanItNeeds() {
        AtomicInteger made = new AtomicInteger();
        Draft forms = valueOf(1_000)
                .or(() -> {
                    made.incrementAndGet();
                    return valueOf(500);
                })
                .or(() -> {
                    made.incrementAndGet();
                    return valueOf(100);
                });

        fitting(0).fit(forms, taking(LARGE), LARGE);
        assertThat(made).hasValue(0);
        fitting(0).fit(forms, taking(600), LARGE);
        assertThat(made).hasValue(1);
    }

    @Property
    void sendsTheLargestFormThatFitsOrElseTheSmallestWithAReason(
            @ForAll @Size(min = 1, max = 6) List<@IntRange(max = 5_000) Integer> values,
            @ForAll @IntRange(min = 1, max = 6_000) int limit) {
        List<Integer> fromLargest = values.stream().sorted((a, b) -> b - a).toList();
        Draft forms = valueOf(fromLargest.get(0));
        for (int value : fromLargest.subList(1, fromLargest.size())) {
            forms = forms.or(() -> valueOf(value));
        }
        Integer largest = fromLargest.stream()
                .filter(value -> RecordSize.sent(valueOf(value)) <= limit)
                .findFirst()
                .orElse(null);

        Fitting.Fit fit = fitting(0).fit(forms, taking(limit), LARGE);

        assertThat(requireNonNull(fit.draft().value()))
                .hasSize(largest == null ? fromLargest.get(fromLargest.size() - 1) : largest);
        assertThat(fit.tooLarge() == null).isEqualTo(largest != null);
    }

    private static Fitting fitting(int headroomBytes) {
        return new Fitting(MAX_RECORD, Codec.NONE, headroomBytes);
    }

    private static TargetTopic.Present taking(int maxMessageBytes) {
        return new TargetTopic.Present(maxMessageBytes, false, Long.MAX_VALUE, Long.MAX_VALUE);
    }

    private static Draft valueOf(int bytes) {
        return Draft.of(null, new byte[bytes], new ConnectHeaders());
    }
}
