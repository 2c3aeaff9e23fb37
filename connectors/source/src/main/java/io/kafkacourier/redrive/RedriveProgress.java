/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.redrive;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.kafkacourier.kafka.record.RecordKind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.jspecify.annotations.Nullable;

/**
 * The progress of a redrive: the next offset and the end of each partition, which is fixed when the redrive begins, and the
 * outcomes of the letters that were processed. All of it is one source offset of Connect, which every record of the redrive
 * carries up to itself:
 *
 * <pre>{@code
 * source partition  {"redrive": "<connector>"}
 * source offset     {"partitions": "orders.dlq-0=120/500", "redriven": 80, "left": 40, "loop": 0, "refused": 0,
 *                    "waiting": "billing:orders.dlq-0=17", "done": false, "settings": "..."}
 * }</pre>
 *
 * For one thread at a time.
 */
final class RedriveProgress {

    private static final String PARTITION = "redrive";
    private static final String PARTITIONS = "partitions";
    private static final String WAITING = "waiting";
    private static final String DONE = "done";
    private static final String SETTINGS = "settings";

    static final Comparator<TopicPartition> BY_NAME =
            Comparator.comparing(TopicPartition::topic).thenComparing(TopicPartition::partition);

    private static final JsonFactory JSON = new JsonFactory();

    private final String settings;
    private final Map<TopicPartition, Span> spans;
    private final DeferredLetters deferred;
    private final Map<Outcome, Long> counts = new EnumMap<>(Outcome.class);
    private boolean done;

    /**
     * A range of a partition.
     *
     * @param next the next offset to process
     * @param end where it ends
     */
    record Span(long next, long end) {

        Span {
            if (next < 0 || end < 0) {
                throw new IllegalArgumentException("next " + next + " and end " + end + " must not be below 0");
            }
        }

        long remaining() {
            return Math.max(0, end - next);
        }
    }

    private RedriveProgress(String settings, Map<TopicPartition, Span> spans, DeferredLetters deferred) {
        this.settings = settings;
        this.spans = new LinkedHashMap<>(spans);
        this.deferred = deferred;
        for (Outcome outcome : Outcome.values()) {
            counts.put(outcome, 0L);
        }
    }

    /** The progress at the beginning. */
    static RedriveProgress begin(String settings, Map<TopicPartition, Span> spans) {
        return new RedriveProgress(settings, spans, new DeferredLetters());
    }

    /** The source partition of a connector. */
    static Map<String, Object> sourcePartition(String connector) {
        return Map.of(PARTITION, connector);
    }

    /**
     * Reads the progress from a source offset.
     *
     * @return null if it is that of another redrive
     * @throws ConnectException if it cannot be read
     */
    static @Nullable RedriveProgress restore(Map<String, Object> offset, String settings) {
        if (!settings.equals(offset.get(SETTINGS))) {
            return null;
        }
        try {
            RedriveProgress restored = new RedriveProgress(
                    settings,
                    spans(String.valueOf(offset.get(PARTITIONS))),
                    DeferredLetters.parse(String.valueOf(offset.getOrDefault(WAITING, ""))));
            for (Outcome outcome : Outcome.values()) {
                restored.counts.put(outcome, Long.valueOf(String.valueOf(offset.get(outcome.text()))));
            }
            restored.done = Boolean.TRUE.equals(offset.get(DONE));
            return restored;
        } catch (IllegalArgumentException e) {
            throw new ConnectException("Source offset " + offset + " of a redrive cannot be read", e);
        }
    }

    /**
     * Allows only the deletion of offsets.
     *
     * @throws ConnectException if an offset is to be altered
     */
    static void checkDeletion(Map<String, ?> partition, @Nullable Map<String, ?> offset) {
        if (offset != null) {
            throw new ConnectException("Source partition " + partition
                    + ": the progress of a redrive can only be deleted, so that it begins anew, but not altered");
        }
    }

    /** The source offset that Connect stores; a copy. */
    Map<String, Object> sourceOffset(RecordKind kind) {
        Map<String, Object> offset = new HashMap<>();
        offset.put(
                PARTITIONS,
                spans.entrySet().stream()
                        .map(span -> span.getKey() + "="
                                + span.getValue().next() + "/"
                                + span.getValue().end())
                        .collect(Collectors.joining(",")));
        counts.forEach((outcome, count) -> offset.put(outcome.text(), count));
        offset.put(WAITING, deferred.text());
        offset.put(DONE, done);
        offset.put(SETTINGS, settings);
        kind.mark(offset);
        return offset;
    }

    /** The progress for people: one JSON object. */
    byte[] json(String event, String connector, boolean isDryRun, long nowMs) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("event", event);
            json.writeStringField("connector", connector);
            json.writeNumberField("time_ms", nowMs);
            json.writeBooleanField("dry_run", isDryRun);
            for (Map.Entry<Outcome, Long> count : counts.entrySet()) {
                json.writeNumberField(count.getKey().text(), count.getValue());
            }
            json.writeNumberField("remaining", remaining());
            json.writeArrayFieldStart(WAITING);
            for (String topic : deferred.topics()) {
                json.writeString(topic);
            }
            json.writeEndArray();
            json.writeArrayFieldStart(PARTITIONS);
            for (Map.Entry<TopicPartition, Span> span : spans.entrySet()) {
                json.writeStartObject();
                json.writeStringField("topic", span.getKey().topic());
                json.writeNumberField("partition", span.getKey().partition());
                json.writeNumberField("next", span.getValue().next());
                json.writeNumberField("end", span.getValue().end());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("progress could not be written to memory", e);
        }
        return bytes.toByteArray();
    }

    /** Notes that a letter was processed. */
    void advance(TopicPartition partition, long offset, Outcome outcome) {
        counts.merge(outcome, 1L, Long::sum);
        reach(partition, offset + 1);
    }

    /** Notes that all offsets of a partition below {@code next} were processed. */
    void reach(TopicPartition partition, long next) {
        spans.computeIfPresent(partition, (p, span) -> new Span(Math.max(next, span.next()), span.end()));
    }

    void finish() {
        done = true;
    }

    boolean isDone() {
        return done;
    }

    Map<TopicPartition, Span> spans() {
        return Map.copyOf(spans);
    }

    /** The offset at which the redrive of a partition ends. */
    long end(TopicPartition partition) {
        return Objects.requireNonNull(spans.get(partition)).end();
    }

    /** The offset below which all letters of a partition were processed. */
    long next(TopicPartition partition) {
        return Objects.requireNonNull(spans.get(partition)).next();
    }

    /** The letters that were deferred because their topic accepted none. */
    DeferredLetters deferred() {
        return deferred;
    }

    /** How many offsets were not processed yet. */
    long unread() {
        return spans.values().stream().mapToLong(Span::remaining).sum();
    }

    /** How many offsets still have to be processed, including those from the first deferred letter of each partition on. */
    long remaining() {
        Set<String> topics = Set.copyOf(deferred.topics());
        return spans.entrySet().stream()
                .mapToLong(span -> {
                    long next = span.getValue().next();
                    long first = Math.min(deferred.first(span.getKey(), topics).orElse(next), next);
                    return new Span(first, span.getValue().end()).remaining();
                })
                .sum();
    }

    Map<Outcome, Long> counts() {
        return Map.copyOf(counts);
    }

    private static Map<TopicPartition, Span> spans(String text) {
        Map<TopicPartition, Span> spans = new LinkedHashMap<>();
        Arrays.stream(text.split(",", -1)).filter(item -> !item.isEmpty()).forEach(item -> {
            int equals = item.indexOf('=');
            int slash = item.indexOf('/');
            if (slash < equals) {
                throw new IllegalArgumentException(item);
            }
            spans.put(
                    partition(item.substring(0, Math.max(0, equals))),
                    new Span(
                            Long.parseLong(item.substring(equals + 1, slash)),
                            Long.parseLong(item.substring(slash + 1))));
        });
        return spans;
    }

    /**
     * A partition from its name, such as {@code orders.dlq-0}.
     *
     * @throws IllegalArgumentException if it is not the name of one
     */
    static TopicPartition partition(String name) {
        int dash = name.lastIndexOf('-');
        if (dash < 1) {
            throw new IllegalArgumentException(name);
        }
        return new TopicPartition(name.substring(0, dash), Integer.parseInt(name.substring(dash + 1)));
    }
}
