/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.emit;

import org.apache.kafka.clients.producer.Producer;

/** Opens the side producer when the topic exists. */
interface ProducerFactory {

    /**
     * Opens the producer. The emitter's thread calls this repeatedly until it succeeds.
     *
     * @throws org.apache.kafka.common.KafkaException if it may succeed later
     * @throws InterruptedException if the emitter closes
     */
    Producer<byte[], byte[]> open() throws InterruptedException;
}
