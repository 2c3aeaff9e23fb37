/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.emit;

import org.apache.kafka.clients.producer.Producer;

/** Makes the side producer, when the topic is there. */
interface ProducerFactory {

    /**
     * Called by the emitter's thread, again and again until it succeeds.
     *
     * @throws org.apache.kafka.common.KafkaException where it may succeed later
     * @throws InterruptedException where the emitter closes
     */
    Producer<byte[], byte[]> open() throws InterruptedException;
}
