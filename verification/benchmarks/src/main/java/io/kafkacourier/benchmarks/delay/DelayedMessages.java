/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.delay;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.kafkacourier.benchmarks.bare.Payload;
import io.kafkacourier.embedded.KafkaTopics;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** Writes delayed messages. The delays are the same in every run. */
final class DelayedMessages {

    private static final int CHUNK = 10_000;

    private final Random random = new Random(1);
    private final KafkaTopics topics;
    private final String topic;

    DelayedMessages(KafkaTopics topics, String topic) {
        this.topics = topics;
        this.topic = topic;
    }

    /** Writes messages with a timestamp of an hour ago and delays of one to twenty seconds. */
    void writeOverdue(int messages) {
        long sentMs = System.currentTimeMillis() - TimeUnit.HOURS.toMillis(1);
        write(messages, number -> delayed(number, sentMs, 1_000 + random.nextInt(19_001)));
    }

    /** Writes messages that are all due at {@code dueMs}, epoch ms. */
    void writeDueAt(int messages, long dueMs) {
        write(messages, number -> {
            long nowMs = System.currentTimeMillis();
            return delayed(number, nowMs, dueMs - nowMs);
        });
    }

    /** Writes messages at an even rate, with uniformly distributed delays between the given bounds. */
    void writeSteadily(int perSecond, int seconds, int minDelayMs, int maxDelayMs) {
        long startNanos = System.nanoTime();
        long intervalNanos = TimeUnit.SECONDS.toNanos(1) / perSecond;
        int messages = perSecond * seconds;
        for (int number = 0; number < messages; number++) {
            long waitNanos = startNanos + number * intervalNanos - System.nanoTime();
            if (waitNanos > 0) {
                LockSupport.parkNanos(waitNanos);
            }
            int delayMs = minDelayMs + random.nextInt(maxDelayMs - minDelayMs + 1);
            var unused = topics.send(delayed(number, System.currentTimeMillis(), delayMs));
        }
    }

    private interface Maker {
        ProducerRecord<byte[], byte[]> message(int number);
    }

    private void write(int messages, Maker maker) {
        for (int from = 0; from < messages; from += CHUNK) {
            List<ProducerRecord<byte[], byte[]>> chunk = new ArrayList<>(CHUNK);
            for (int number = from; number < Math.min(messages, from + CHUNK); number++) {
                chunk.add(maker.message(number));
            }
            topics.sendAll(chunk);
        }
    }

    private ProducerRecord<byte[], byte[]> delayed(int number, long sentMs, long delayMs) {
        long dueMicros = TimeUnit.MILLISECONDS.toMicros(sentMs + delayMs);
        Headers headers =
                new RecordHeaders().add("delay", Long.toString(delayMs).getBytes(US_ASCII));
        return new ProducerRecord<>(
                topic, null, sentMs, Payload.key(number), Payload.value(number, dueMicros), headers);
    }
}
