/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How the fields of a trace event are indexed. */
final class TraceFields {

    private static final List<String> KEYWORDS = List.of(
            "event_id",
            "event",
            "trace_id",
            "span_id",
            "parent_span_id",
            "message_id",
            "topic",
            "origin_topic",
            "group",
            "client_id",
            "connector",
            "node",
            "key_hash",
            "status",
            "error_type");
    private static final List<String> DATES = List.of("@timestamp", "record_ts", "due_at");
    private static final List<String> LONGS = List.of(
            "schema",
            "partition",
            "offset",
            "origin_partition",
            "origin_offset",
            "lateness_ms",
            "queue_delay_ms",
            "e2e_ms",
            "duration_us",
            "value_size",
            "task",
            "attempt",
            "dropped_before");
    private static final List<String> FLAGS = List.of("tombstone", "sampled");
    private static final List<String> TEXTS = List.of("error_message");

    /** Names of the Elastic Common Schema, as object and field, and what they stand for. */
    private static final List<Alias> ALIASES = List.of(
            new Alias("trace", "id", "trace_id"),
            new Alias("span", "id", "span_id"),
            new Alias("parent", "id", "parent_span_id"),
            new Alias("message", "id", "message_id"));

    private record Alias(String object, String field, String path) {}

    /** Longer texts are kept in the document but cannot be searched; without it they would be refused. */
    private static final int MAX_KEYWORD = 1024;

    private TraceFields() {}

    /** The {@code properties} of a mapping. */
    static Map<String, Object> properties() {
        Map<String, Object> properties = new LinkedHashMap<>();
        DATES.forEach(name -> properties.put(name, Map.of("type", "date")));
        KEYWORDS.forEach(name -> properties.put(name, keyword()));
        LONGS.forEach(name -> properties.put(name, Map.of("type", "long")));
        FLAGS.forEach(name -> properties.put(name, Map.of("type", "boolean")));
        TEXTS.forEach(name -> properties.put(name, Map.of("type", "text")));
        // A field cannot be an object too: service.name is the same keyword once more, under the field.
        properties.put(
                "service", Map.of("type", "keyword", "ignore_above", MAX_KEYWORD, "fields", Map.of("name", keyword())));
        for (Alias alias : ALIASES) {
            Map<String, Object> field = Map.of("type", "alias", "path", alias.path());
            properties.put(alias.object(), Map.of("properties", Map.of(alias.field(), field)));
        }
        return properties;
    }

    private static Map<String, Object> keyword() {
        return Map.of("type", "keyword", "ignore_above", MAX_KEYWORD);
    }
}
