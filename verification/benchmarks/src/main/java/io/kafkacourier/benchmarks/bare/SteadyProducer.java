/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.bare;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;

/**
 * A producer with a transaction every ten milliseconds. Messages come into being at even intervals, whether the producer
 * is ready for them or not, and go into the next transaction that begins; one that takes longer than ten milliseconds is
 * followed by the next at once.
 */
final class SteadyProducer {

    private static final long TRANSACTION_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final String bootstrapServers;
    private final String topic;

    SteadyProducer(String bootstrapServers, String topic) {
        this.bootstrapServers = bootstrapServers;
        this.topic = topic;
    }

    /** Writes at that rate for so many seconds. */
    void run(int perSecond, int seconds) {
        try (KafkaProducer<byte[], byte[]> producer = Clients.transactionalProducer(bootstrapServers)) {
            producer.partitionsFor(topic);
            long intervalMicros = TimeUnit.SECONDS.toMicros(1) / perSecond;
            long messages = (long) perSecond * seconds;
            long startMicros = EpochMicros.now();
            long sent = 0;
            while (sent < messages) {
                long nextNanos = System.nanoTime() + TRANSACTION_NANOS;
                long born = Math.min(messages, (EpochMicros.now() - startMicros) / intervalMicros);
                if (sent < born) {
                    producer.beginTransaction();
                    for (; sent < born; sent++) {
                        // a send that fails makes the commit fail
                        var unused = producer.send(Payload.record(topic, sent, startMicros + sent * intervalMicros));
                    }
                    producer.commitTransaction();
                }
                LockSupport.parkNanos(nextNanos - System.nanoTime());
            }
        }
    }
}
