/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.header;

import io.kafkacourier.core.header.MessageHeaders;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

class KafkaMessageHeadersTest extends MessageHeadersContract {

    private final Headers kafka = new RecordHeaders();
    private final MessageHeaders headers = new KafkaMessageHeaders(kafka);

    @Override
    MessageHeaders headers() {
        return headers;
    }

    @Override
    void given(String name, byte @Nullable [] value) {
        kafka.add(name, value);
    }

    @Override
    int count(String name) {
        int count = 0;
        for (var ignored : kafka.headers(name)) {
            count++;
        }
        return count;
    }
}
