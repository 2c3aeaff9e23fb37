/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.bare;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;

/**
 * A producer that commits a transaction every ten milliseconds. Messages are created at even intervals, whether or not
 * the producer is ready, and go into the next transaction. If a transaction takes longer than ten milliseconds, the
 * next one starts at once.
 */
final class SteadyProducer {

    private static final long TRANSACTION_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final String bootstrapServers;
    private final String topic;

    SteadyProducer(String bootstrapServers, String topic) {
        this.bootstrapServers = bootstrapServers;
        this.topic = topic;
    }

    /** Writes at the given rate for the given time. */
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
                        // if a send fails, the commit fails
                        var unused = producer.send(Payload.record(topic, sent, startMicros + sent * intervalMicros));
                    }
                    producer.commitTransaction();
                }
                LockSupport.parkNanos(nextNanos - System.nanoTime());
            }
        }
    }
}
