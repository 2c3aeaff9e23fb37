/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.quickstart;

import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toSet;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The trace events of one message, ordered by time, and within a millisecond with each parent before its children. */
record Timeline(String messageId, List<JsonNode> events) {

    Timeline {
        List<JsonNode> left = new ArrayList<>(events);
        List<JsonNode> ordered = new ArrayList<>();
        while (!left.isEmpty()) {
            Set<String> open =
                    left.stream().map(event -> text(event, "span_id")).collect(toSet());
            JsonNode next = left.stream()
                    .filter(event -> !open.contains(text(event, "parent_span_id")))
                    .findFirst()
                    .orElse(left.get(0));
            left.remove(next);
            ordered.add(next);
        }
        events = List.copyOf(ordered);
    }

    /** The distinct values of a field, in the order of the events. */
    Set<String> distinct(String field) {
        return events.stream().map(event -> text(event, field)).collect(toCollection(LinkedHashSet::new));
    }

    /** Whether the parent of each event except the first is an earlier event. */
    boolean isConnected() {
        Set<String> before = new LinkedHashSet<>();
        for (JsonNode event : events) {
            if (!before.isEmpty() && !before.contains(text(event, "parent_span_id"))) {
                return false;
            }
            before.add(text(event, "span_id"));
        }
        return !events.isEmpty();
    }

    static String text(JsonNode event, String field) {
        return event.path(field).asText();
    }
}
