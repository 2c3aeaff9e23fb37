/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.quickstart;

import static java.util.Comparator.comparing;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/** The summary of one run, with the expectations and whether they hold. */
final class Report {

    private static final int TOPICS_SHOWN = 20;
    private static final int REASON_SHOWN = 90;

    private final Outcome outcome;
    private final Map<String, Boolean> expectations = new LinkedHashMap<>();

    Report(Outcome outcome) {
        this.outcome = outcome;
        Map<String, List<Arrival>> arrivalsById = outcome.arrivals().stream().collect(groupingBy(Arrival::id));
        List<Message> messages = outcome.messages();
        expect("no connector and no task failed", outcome.failures().isEmpty());
        expect(
                "every message arrived, and none twice",
                outcome.arrivals().size() == messages.size()
                        && messages.stream()
                                .allMatch(message -> arrivalsById
                                                .getOrDefault(message.id(), List.of())
                                                .size()
                                        == 1));
        expect(
                "every message is in the topic that its content requires",
                messages.stream()
                        .allMatch(message -> arrivalsById.getOrDefault(message.id(), List.of()).stream()
                                .allMatch(arrival -> arrival.topic().equals(message.destination()))));
        expect(
                "every dead letter has its reason",
                messages.stream()
                        .filter(message -> message.reason() != null)
                        .allMatch(message -> arrivalsById.getOrDefault(message.id(), List.of()).stream()
                                .allMatch(arrival -> arrival.reason().equals(message.reason()))));
        long delayed = messages.stream()
                .filter(message -> message.isDelayed() && message.reason() == null)
                .count();
        expect(
                "every delayed message arrived when it was due, none was early",
                outcome.latenessMs().size() == delayed
                        && outcome.latenessMs().stream().allMatch(lateness -> lateness >= 0));
        expect(
                "every trace event is one document, and every hop of every message has one",
                sum(outcome.documentsByIndex()) == outcome.traceEvents()
                        && outcome.documentsByEvent().getOrDefault("send", 0L) == Message.sent(messages)
                        && outcome.documentsByEvent().getOrDefault("receive", 0L) == messages.size()
                        && outcome.documentsByEvent().getOrDefault("process", 0L) == messages.size());
        expect("the two trace records that cannot be indexed are dead letters", sum(outcome.deadTraces()) == 2);
        Set<String> nodes = new HashSet<>(outcome.connectors());
        nodes.addAll(List.of(Application.SHOP, Application.WAREHOUSE));
        expect(
                "one message is one trace through both applications and each connector, each span the child of another",
                outcome.timeline().distinct("trace_id").size() == 1
                        && outcome.timeline().distinct("node").equals(nodes)
                        && outcome.timeline().isConnected());
    }

    /** Whether every expectation holds. */
    boolean isGood() {
        return !expectations.containsValue(false);
    }

    void print(Console console) {
        printDestinations(console);
        printLateness(console);
        printDeadLetters(console);
        console.heading("Trace documents by index");
        outcome.documentsByIndex().forEach((index, count) -> row(console, index, count, ""));
        outcome.documentsByEvent().forEach((event, count) -> row(console, "  of them " + event, count, ""));
        printTimeline(console);
        console.heading("Expectations");
        expectations.forEach((text, holds) -> console.line((holds ? "  [ok]   " : "  [FAIL] ") + text));
        outcome.failures().forEach(failure -> console.line("\n" + failure));
    }

    private void printDestinations(Console console) {
        console.heading("Where " + outcome.messages().size() + " messages went: "
                + outcome.arrivals().size() + " arrived");
        Map<String, Long> byTopic =
                outcome.arrivals().stream().collect(groupingBy(Arrival::topic, TreeMap::new, counting()));
        byTopic.entrySet().stream()
                .sorted(comparing(Map.Entry<String, Long>::getValue).reversed())
                .limit(TOPICS_SHOWN)
                .forEach(topic -> row(console, topic.getKey(), topic.getValue(), ""));
        if (byTopic.size() > TOPICS_SHOWN) {
            console.line("  ... and " + (byTopic.size() - TOPICS_SHOWN) + " more topics");
        }
    }

    private void printLateness(Console console) {
        List<Long> lateness = outcome.latenessMs();
        if (!lateness.isEmpty()) {
            console.heading("Lateness of " + lateness.size() + " delayed messages, as a consumer sees it");
            console.line(String.format(
                    Locale.ROOT,
                    "  min %d ms   p50 %d ms   p99 %d ms   max %d ms",
                    lateness.get(0),
                    percentile(lateness, 50),
                    percentile(lateness, 99),
                    lateness.get(lateness.size() - 1)));
        }
    }

    private void printDeadLetters(Console console) {
        console.heading("Dead letters by topic and reason");
        outcome.arrivals().stream()
                .filter(arrival -> !arrival.reason().isEmpty())
                .collect(groupingBy(arrival -> arrival.topic() + "\t" + arrival.reason(), TreeMap::new, counting()))
                .forEach((key, count) -> {
                    String[] parts = key.split("\t", 2);
                    row(console, parts[0], count, parts[1]);
                });
        outcome.deadTraces().forEach((reason, count) -> row(console, "message-trace.dlq", count, shorten(reason)));
    }

    private void printTimeline(Console console) {
        console.heading("The path of message " + outcome.timeline().messageId());
        Instant start = null;
        for (JsonNode event : outcome.timeline().events()) {
            Instant at = Instant.parse(event.path("@timestamp").asText());
            start = Objects.requireNonNullElse(start, at);
            console.line(String.format(
                    Locale.ROOT,
                    "  %s  %+7d ms  %-8s %-16s at %s",
                    at,
                    Duration.between(start, at).toMillis(),
                    event.path("event").asText(),
                    event.path("topic").asText(),
                    event.path("node").asText()));
        }
        console.line("  trace " + String.join(", ", outcome.timeline().distinct("trace_id")));
    }

    private void expect(String text, boolean holds) {
        expectations.put(text, holds);
    }

    private static void row(Console console, String name, long count, String reason) {
        console.line(String.format(Locale.ROOT, "  %-34s %7d  %s", name, count, reason)
                .stripTrailing());
    }

    private static String shorten(String reason) {
        return reason.length() <= REASON_SHOWN ? reason : reason.substring(0, REASON_SHOWN) + "...";
    }

    private static long sum(Map<String, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    private static long percentile(List<Long> ascending, int percent) {
        return ascending.get((ascending.size() - 1) * percent / 100);
    }
}
