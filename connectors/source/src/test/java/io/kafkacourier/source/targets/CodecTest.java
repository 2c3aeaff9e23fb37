/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.targets;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.kafka.admin.TargetTopic;
import io.kafkacourier.source.message.Draft;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CodecTest {

    private static final int SIZE = 1_000_000;

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "snappy", "lz4", "zstd", "ZSTD"})
    void estimatesTheCompressedSizeOfARecord(String name) {
        Codec codec = Codec.ofProducer(Map.of("compression.type", name));

        assertThat(codec.sent(draft(new byte[SIZE]), SIZE)).isBetween(100L, SIZE / 10L);
        byte[] random = new byte[SIZE];
        new Random(1).nextBytes(random);
        assertThat(codec.sent(draft(random), SIZE)).isGreaterThan(SIZE);
        assertThat(Codec.ofTopic(new TargetTopic.Compression(name, null)).sent(draft(random), SIZE))
                .isGreaterThan(SIZE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "uncompressed", "producer", "x"})
    void takesARecordForUncompressedIfNoCodecIsKnown(String name) {
        assertThat(Codec.ofTopic(new TargetTopic.Compression(name, null))).isEqualTo(Codec.NONE);
        assertThat(Codec.ofProducer(Map.of("compression.type", name)).sent(draft(new byte[SIZE]), SIZE))
                .isEqualTo(SIZE);
        assertThat(Codec.ofProducer(Map.of())).isEqualTo(Codec.NONE);
    }

    @Test
    void knowsTheLevel() {
        StringBuilder text = new StringBuilder();
        Random random = new Random(1);
        for (int i = 0; i < 100_000; i++) {
            text.append("word").append(random.nextInt(1_000)).append(' ');
        }
        Draft draft = draft(text.toString().getBytes(UTF_8));

        assertThat(sent("gzip", "compression.gzip.level", "9", draft))
                .isLessThan(sent("gzip", "compression.gzip.level", "1", draft));
        assertThat(sent("zstd", "compression.zstd.level", "15", draft))
                .isLessThan(sent("zstd", "compression.zstd.level", "1", draft));
        assertThat(ofTopic("gzip", 1, draft)).isEqualTo(sent("gzip", "compression.gzip.level", "1", draft));
        assertThat(ofTopic("zstd", -7, draft))
                .isEqualTo(sent("zstd", "compression.zstd.level", "-7", draft))
                .isGreaterThan(ofTopic("zstd", null, draft));
    }

    private static long ofTopic(String type, @Nullable Integer level, Draft draft) {
        return Codec.ofTopic(new TargetTopic.Compression(type, level)).sent(draft, SIZE);
    }

    private static long sent(String codec, String key, String level, Draft draft) {
        return Codec.ofProducer(Map.of("compression.type", codec, key, level)).sent(draft, SIZE);
    }

    private static Draft draft(byte[] value) {
        ConnectHeaders headers = new ConnectHeaders();
        headers.addBytes("a", new byte[] {1});
        return Draft.of(null, value, headers);
    }
}
