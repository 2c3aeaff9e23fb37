/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.quickstart;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A {@code .jsonl} or {@code .jsonl.gz} file whose lines are {@code {"event": ..., "payload": ...}}: the event becomes
 * a header, the payload becomes the value, and both decide the topic.
 */
final class EventsFile implements Scenario {

    private static final String LEGAL_TOPIC = "[A-Za-z0-9._-]{1,249}";

    private final Path file;
    private final List<Message> messages;

    /**
     * Reads the whole file.
     *
     * @throws IllegalArgumentException with file and line number, if a line is malformed
     */
    EventsFile(Path file) {
        this.file = file;
        this.messages = read(file);
        if (messages.isEmpty()) {
            throw new IllegalArgumentException(file + " is empty");
        }
    }

    @Override
    public String title() {
        return messages.size() + " events of " + file.getFileName();
    }

    @Override
    public List<String> inputs() {
        return List.of("events");
    }

    @Override
    public List<String> examples() {
        return List.of("route-events");
    }

    @Override
    public String destinations() {
        return "events\\..+|invalid_delay|invalid_routing";
    }

    @Override
    public @Nullable String dueTopic() {
        return null;
    }

    @Override
    public List<Message> messages() {
        return messages;
    }

    private static List<Message> read(Path file) {
        ObjectMapper mapper = new ObjectMapper();
        List<Message> messages = new ArrayList<>();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(open(file), UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                messages.add(message(file, messages.size() + 1, line, mapper));
            }
            return messages;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private static Message message(Path file, int number, String line, ObjectMapper mapper) {
        try {
            JsonNode json = mapper.readTree(line);
            if (!json.path("event").isTextual() || !json.has("payload")) {
                throw new IllegalArgumentException(
                        file + ":" + number + " is not of the form {\"event\": \"<text>\", \"payload\": <any>}");
            }
            String event = json.path("event").asText();
            if (event.isBlank() || !event.equals(event.strip())) {
                throw new IllegalArgumentException(
                        file + ":" + number + " has an event that is empty, or starts or ends with whitespace");
            }
            JsonNode action = json.path("payload").path("action");
            String topic =
                    "events." + event + "." + (action.isMissingNode() || action.isNull() ? "none" : action.asText());
            boolean routable = !action.isContainerNode() && topic.matches(LEGAL_TOPIC);
            return new Message(
                    "event-" + number,
                    "events",
                    event,
                    mapper.writeValueAsString(json.path("payload")),
                    Map.of("event", event),
                    routable ? topic : "invalid_routing",
                    routable ? null : action.isContainerNode() ? "FIELD_MISSING" : "ILLEGAL_TOPIC",
                    1);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(file + ":" + number + " is not JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static InputStream open(Path file) throws IOException {
        InputStream in = Files.newInputStream(file);
        return file.toString().endsWith(".gz") ? new GZIPInputStream(in) : in;
    }
}
