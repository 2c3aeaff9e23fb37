/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.trace;

import com.sun.management.OperatingSystemMXBean;
import io.kafkacourier.benchmarks.bare.EpochMicros;
import io.kafkacourier.benchmarks.bare.Payload;
import io.kafkacourier.benchmarks.services.Latencies;
import io.kafkacourier.embedded.ClientsJar;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * An application with one producer and one consumer in this JVM. It sends at a fixed rate, whether or not earlier
 * messages are acknowledged, and commits offsets every second. The broker is another process.
 */
final class Exchange {

    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final String bootstrapServers;
    private final String topic;
    private final Tracing tracing;

    /** @param topic an empty topic */
    Exchange(String bootstrapServers, String topic, Tracing tracing) {
        this.bootstrapServers = bootstrapServers;
        this.topic = topic;
        this.tracing = tracing;
    }

    /**
     * The cost of an exchange.
     *
     * @param cpuMicros CPU time of this JVM per message, from the first send until both clients are closed and the
     *     broker has all events
     * @param acknowledged times from send to acknowledgement
     */
    record Cost(double cpuMicros, Latencies acknowledged) {}

    /**
     * Sends and receives messages at the given rate.
     *
     * @throws IllegalStateException if a send fails or a message does not arrive
     */
    Cost run(int perSecond, int seconds) {
        int messages = perSecond * seconds;
        long[] micros = new long[messages];
        KafkaProducer<byte[], byte[]> producer = producer();
        KafkaConsumer<byte[], byte[]> consumer = consumer();
        producer.partitionsFor(topic);
        consumer.subscribe(List.of(topic));
        consumer.poll(Duration.ofSeconds(2));
        long before = cpuNanos();
        CompletableFuture<Void> receiving = CompletableFuture.runAsync(() -> receive(consumer, messages));
        AtomicReference<Exception> failure = new AtomicReference<>();
        send(producer, perSecond, micros, failure);
        producer.close();
        receiving.join();
        consumer.close();
        double cpuMicros = (cpuNanos() - before) / 1e3 / messages;
        if (failure.get() != null) {
            throw new IllegalStateException("a message was not sent", failure.get());
        }
        return new Cost(cpuMicros, Latencies.ofMicros(micros));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the callback reports failures
    private void send(
            KafkaProducer<byte[], byte[]> producer, int perSecond, long[] micros, AtomicReference<Exception> failure) {
        long intervalNanos = TimeUnit.SECONDS.toNanos(1) / perSecond;
        long start = System.nanoTime();
        int sent = 0;
        while (sent < micros.length) {
            long due = Math.min(micros.length, (System.nanoTime() - start) / intervalNanos + 1);
            for (; sent < due; sent++) {
                int number = sent;
                long sentNanos = System.nanoTime();
                producer.send(Payload.record(topic, number, EpochMicros.now()), (metadata, exception) -> {
                    micros[number] = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - sentNanos);
                    if (exception != null) {
                        failure.compareAndSet(null, exception);
                    }
                });
            }
            LockSupport.parkNanos(PACE_NANOS);
        }
    }

    private static void receive(KafkaConsumer<byte[], byte[]> consumer, int messages) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        long nextCommit = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
        int received = 0;
        while (received < messages) {
            received += consumer.poll(POLL).count();
            if (System.nanoTime() > nextCommit) {
                consumer.commitAsync();
                nextCommit += TimeUnit.SECONDS.toNanos(1);
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(received + " of " + messages + " messages came within " + LIMIT);
            }
        }
        consumer.commitSync();
    }

    private KafkaProducer<byte[], byte[]> producer() {
        Map<String, Object> properties = new HashMap<>(tracing.properties(Tracing.PRODUCER));
        properties.put("bootstrap.servers", bootstrapServers);
        properties.put("linger.ms", 5);
        return ClientsJar.onClassPath(
                () -> new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer()));
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        Map<String, Object> properties = new HashMap<>(tracing.properties(Tracing.CONSUMER));
        properties.put("bootstrap.servers", bootstrapServers);
        properties.put("group.id", "group-of-" + topic);
        properties.put("auto.offset.reset", "earliest");
        properties.put("enable.auto.commit", false);
        return ClientsJar.onClassPath(
                () -> new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer()));
    }

    private static long cpuNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }
}
