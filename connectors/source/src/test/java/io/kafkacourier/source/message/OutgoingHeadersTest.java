/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.message;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.junit.jupiter.api.Test;

class OutgoingHeadersTest {

    private final ConsumerRecord<byte[], byte[]> message =
            new ConsumerRecord<>("orders", 2, 7, "k".getBytes(UTF_8), "v".getBytes(UTF_8));

    @Test
    void aPointerNamesTheOriginOnceHoweverOftenAMessageDoes() {
        for (int times = 0; times < 10_000; times++) {
            add("__courier.origin.topic", "topic-" + times);
        }
        add("__courier.origin.offset", "11");
        add("tenant", "acme");

        assertThat(texts(OutgoingHeaders.pointer(message)))
                .containsExactly("__courier.origin.topic=topic-9999", "__courier.origin.offset=11");
    }

    @Test
    void aPointerNamesTheMessageIfItsOriginIsNoTopic() {
        add("__courier.origin.topic", "t".repeat(250));
        add("__courier.origin.offset", "11");

        assertThat(texts(OutgoingHeaders.pointer(message)))
                .containsExactly(
                        "__courier.origin.topic=orders",
                        "__courier.origin.partition=2",
                        "__courier.origin.offset=7",
                        "__courier.origin.timestamp=-1");
    }

    private void add(String name, String value) {
        message.headers().add(name, value.getBytes(UTF_8));
    }

    private static List<String> texts(ConnectHeaders headers) {
        return StreamSupport.stream(headers.spliterator(), false)
                .map(header -> header.key() + "=" + new String((byte[]) header.value(), UTF_8))
                .toList();
    }
}
