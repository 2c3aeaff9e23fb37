/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.delay;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.source.message.Target;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DelayedMessageTest {

    @Test
    void goesWhereItsHeaderSaysElseToTheConfiguredTarget() {
        DelayedMessage.Options options = new DelayedMessage.Options("target_topic", "default", Set.of());

        assertThat(target(Messages.at(1, "target_topic", "out"), options))
                .isEqualTo(new Target("out", "header target_topic", true));
        assertThat(target(Messages.at(1), options)).isEqualTo(new Target("default", "target.topic", false));
        assertThat(target(Messages.at(1, "", "x"), new DelayedMessage.Options("", "", Set.of())))
                .isNull();
    }

    private static @Nullable Target target(ConsumerRecord<byte[], byte[]> record, DelayedMessage.Options options) {
        return new DelayedMessage(record, null, options).target();
    }
}
