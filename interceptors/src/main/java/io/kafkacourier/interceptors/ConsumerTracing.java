/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.interceptors;

import io.kafkacourier.core.contract.HeaderNames;
import io.kafkacourier.core.trace.EventPrivacy;
import io.kafkacourier.core.trace.Ids;
import io.kafkacourier.core.trace.Origin;
import io.kafkacourier.core.trace.TraceContext;
import io.kafkacourier.core.trace.TraceHeaders;
import io.kafkacourier.core.trace.Tracer;
import io.kafkacourier.kafka.emit.TraceEmitter;
import io.kafkacourier.kafka.header.KafkaMessageHeaders;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Sends an event when one consumer receives a message, and another when its offset is committed. The {@code
 * traceparent} of a received message then names the receive span as the parent of what the application does next,
 * unless the header is to be kept. No other header changes. {@link #received} and {@link #close} are for one thread at
 * a time, the application's; the other methods are for any thread.
 */
final class ConsumerTracing implements AutoCloseable {

    private final ClientTrace client;
    private final Clock clock;
    private final Tracer tracer;
    private final EventPrivacy privacy;
    private final boolean isParent;
    private final String eventTopic;
    private final boolean tellsOfProcessing;
    private final Uncommitted uncommitted;
    private final ProcessedBacklog processed;
    private final TraceEmitter emitter;

    /** @param emitter closed with this */
    ConsumerTracing(TraceInterceptorConfig config, Clock clock, Ids ids, TraceEmitter emitter) {
        this.client = ClientTrace.of(config);
        this.clock = clock;
        this.tracer = new Tracer(ids, config.sampler(), config.headers().traceIdHeader());
        this.isParent = !config.headers().keepsTraceParent();
        this.privacy = config.privacy();
        this.eventTopic = config.topic();
        this.tellsOfProcessing = config.process();
        this.uncommitted = new Uncommitted(config.processMax());
        this.processed = new ProcessedBacklog(ids, config.processMax());
        this.emitter = emitter;
        emitter.emitFrom(processed);
    }

    /** Must be called before the application sees the records. */
    void received(ConsumerRecords<?, ?> records) {
        long nowMs = clock.millis();
        long nowNanos = System.nanoTime();
        for (TopicPartition partition : records.partitions()) {
            if (!partition.topic().equals(eventTopic)) {
                received(partition, records.records(partition), nowMs, nowNanos);
            }
        }
    }

    /** Reports committed offsets: messages below them are processed. */
    void committed(Map<TopicPartition, OffsetAndMetadata> offsets) {
        long nowMs = clock.millis();
        long nowNanos = System.nanoTime();
        offsets.forEach((partition, offset) -> uncommitted.committed(
                partition, offset.offset(), received -> processed.add(received, nowMs, nowNanos)));
    }

    /** Malformed trace headers, which were treated as absent. */
    long malformedHeaders() {
        return tracer.malformed();
    }

    /** Messages whose {@code trace_id} differed from their {@code traceparent}; the latter was used. */
    long conflicts() {
        return tracer.conflicts();
    }

    /** Messages without an event {@code process}, because too many waited for it. */
    long forgotten() {
        return uncommitted.forgotten() + processed.forgotten();
    }

    long droppedEvents() {
        return emitter.dropped();
    }

    @Override
    public void close() {
        emitter.close();
    }

    private void received(
            TopicPartition partition, List<? extends ConsumerRecord<?, ?>> records, long nowMs, long nowNanos) {
        for (ConsumerRecord<?, ?> record : records) {
            KafkaMessageHeaders headers = new KafkaMessageHeaders(record.headers());
            TraceContext trace = Tracer.isUnsampled(headers) ? null : tracer.next(headers);
            if (trace != null && trace.sampled()) {
                Received received = new Received(
                        client,
                        partition,
                        record.offset(),
                        record.timestamp(),
                        Origin.of(headers),
                        trace,
                        headers.text(HeaderNames.MESSAGE_ID),
                        privacy.key(record.key()),
                        record.serializedValueSize(),
                        nowMs,
                        nowNanos);
                if (isParent) {
                    TraceHeaders.writeParent(trace, headers);
                }
                emitter.emit(received::received);
                if (tellsOfProcessing) {
                    uncommitted.add(received);
                }
            }
        }
    }
}
