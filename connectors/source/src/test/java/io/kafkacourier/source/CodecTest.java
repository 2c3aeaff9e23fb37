/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.kafka.admin.TargetTopic;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CodecTest {

    private static final int SIZE = 1_000_000;

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "snappy", "lz4", "zstd", "ZSTD"})
    void estimatesWhatARecordTakesCompressed(String name) {
        Codec codec = Codec.ofProducer(Map.of("compression.type", name));

        assertThat(codec.sent(record(new byte[SIZE]), SIZE)).isBetween(100L, SIZE / 10L);
        byte[] random = new byte[SIZE];
        new Random(1).nextBytes(random);
        assertThat(codec.sent(record(random), SIZE)).isGreaterThan(SIZE);
        assertThat(Codec.ofTopic(new TargetTopic.Compression(name, null)).sent(record(random), SIZE))
                .isGreaterThan(SIZE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "uncompressed", "producer", "x"})
    void takesARecordForUncompressedWhereNoCodecIsKnown(String name) {
        assertThat(Codec.ofTopic(new TargetTopic.Compression(name, null))).isEqualTo(Codec.NONE);
        assertThat(Codec.ofProducer(Map.of("compression.type", name)).sent(record(new byte[SIZE]), SIZE))
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
        SourceRecord record = record(text.toString().getBytes(UTF_8));

        assertThat(sent("gzip", "compression.gzip.level", "9", record))
                .isLessThan(sent("gzip", "compression.gzip.level", "1", record));
        assertThat(sent("zstd", "compression.zstd.level", "15", record))
                .isLessThan(sent("zstd", "compression.zstd.level", "1", record));
        assertThat(ofTopic("gzip", 1, record)).isEqualTo(sent("gzip", "compression.gzip.level", "1", record));
        assertThat(ofTopic("zstd", -7, record))
                .isEqualTo(sent("zstd", "compression.zstd.level", "-7", record))
                .isGreaterThan(ofTopic("zstd", null, record));
    }

    private static long ofTopic(String type, @Nullable Integer level, SourceRecord record) {
        return Codec.ofTopic(new TargetTopic.Compression(type, level)).sent(record, SIZE);
    }

    private static long sent(String codec, String key, String level, SourceRecord record) {
        return Codec.ofProducer(Map.of("compression.type", codec, key, level)).sent(record, SIZE);
    }

    private static SourceRecord record(byte[] value) {
        return new SourceRecord(
                null,
                null,
                "topic",
                0,
                Schema.OPTIONAL_BYTES_SCHEMA,
                null,
                Schema.OPTIONAL_BYTES_SCHEMA,
                value,
                null,
                new ConnectHeaders().addBytes("a", new byte[] {1}));
    }
}
