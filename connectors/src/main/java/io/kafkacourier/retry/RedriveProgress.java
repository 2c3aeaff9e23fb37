/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.retry;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.kafkacourier.core.record.RecordKind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.jspecify.annotations.Nullable;

/**
 * How far a redrive has come: where each partition is and where it ends, which was settled when it began, and what became
 * of what was looked at. All of it is one source offset of Connect, which every record of the redrive carries as of itself:
 *
 * <pre>{@code
 * source partition  {"redrive": "<connector>"}
 * source offset     {"partitions": "orders.dlq-0=120/500", "redriven": 80, "left": 40, "loop": 0, "refused": 0,
 *                    "done": false, "settings": "..."}
 * }</pre>
 *
 * For one thread at a time.
 */
final class RedriveProgress {

    private static final String PARTITION = "redrive";
    private static final String PARTITIONS = "partitions";
    private static final String DONE = "done";
    private static final String SETTINGS = "settings";

    private static final JsonFactory JSON = new JsonFactory();

    private final String settings;
    private final Map<TopicPartition, Span> spans;
    private final Map<Outcome, Long> counts = new EnumMap<>(Outcome.class);
    private boolean done;

    /**
     * A stretch of a partition.
     *
     * @param next the next offset to be looked at
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

    private RedriveProgress(String settings, Map<TopicPartition, Span> spans) {
        this.settings = settings;
        this.spans = new LinkedHashMap<>(spans);
        for (Outcome outcome : Outcome.values()) {
            counts.put(outcome, 0L);
        }
    }

    /** Nothing was looked at yet. */
    static RedriveProgress begin(String settings, Map<TopicPartition, Span> spans) {
        return new RedriveProgress(settings, spans);
    }

    /** The source partition of a connector. */
    static Map<String, Object> sourcePartition(String connector) {
        return Map.of(PARTITION, connector);
    }

    /**
     * Reads the progress from a source offset.
     *
     * @return null where it is that of another redrive
     * @throws ConnectException where it cannot be read
     */
    static @Nullable RedriveProgress restore(Map<String, Object> offset, String settings) {
        if (!settings.equals(offset.get(SETTINGS))) {
            return null;
        }
        try {
            RedriveProgress restored = new RedriveProgress(settings, spans(String.valueOf(offset.get(PARTITIONS))));
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
     * Allows no change of offsets but to delete them.
     *
     * @throws ConnectException where one is another
     */
    static void checkDeletion(Map<String, ?> partition, @Nullable Map<String, ?> offset) {
        if (offset != null) {
            throw new ConnectException("Source partition " + partition
                    + ": the progress of a redrive can be deleted, so that it begins anew, but not altered");
        }
    }

    /** As Connect stores it; a copy. */
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
        offset.put(DONE, done);
        offset.put(SETTINGS, settings);
        kind.mark(offset);
        return offset;
    }

    /** Tells it to people: one JSON object. */
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

    /** A record was looked at. */
    void advance(TopicPartition partition, long offset, Outcome outcome) {
        counts.merge(outcome, 1L, Long::sum);
        reach(partition, offset + 1);
    }

    /** Everything of a partition below an offset was looked at. */
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

    /** Where a partition ends, as far as the redrive goes. */
    long end(TopicPartition partition) {
        return Objects.requireNonNull(spans.get(partition)).end();
    }

    /** How many offsets are still to be looked at. */
    long remaining() {
        return spans.values().stream().mapToLong(Span::remaining).sum();
    }

    Map<Outcome, Long> counts() {
        return Map.copyOf(counts);
    }

    private static Map<TopicPartition, Span> spans(String text) {
        Map<TopicPartition, Span> spans = new LinkedHashMap<>();
        Arrays.stream(text.split(",", -1)).filter(item -> !item.isEmpty()).forEach(item -> {
            int equals = item.indexOf('=');
            int slash = item.indexOf('/');
            int dash = item.lastIndexOf('-', Math.max(0, equals));
            if (dash < 1 || slash < equals) {
                throw new IllegalArgumentException(item);
            }
            spans.put(
                    new TopicPartition(item.substring(0, dash), Integer.parseInt(item.substring(dash + 1, equals))),
                    new Span(
                            Long.parseLong(item.substring(equals + 1, slash)),
                            Long.parseLong(item.substring(slash + 1))));
        });
        return spans;
    }
}
