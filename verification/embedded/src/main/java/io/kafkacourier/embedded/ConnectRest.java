/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kafkacourier.embedded.HttpJson.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What the tests and the quickstart ask of a worker's REST API. */
public final class ConnectRest {

    private static final int CONFLICT = 409;
    private static final int INTERNAL_ERROR = 500;
    /** What a worker says that could not write to the topic of configurations, not reach whom it asks, or is starting. */
    private static final List<String> PASSING =
            List.of("Failed to write to config topic", "trying to forward REST request", "Request timed out");
    /** A rebalance that a kill fell into takes longer than one. */
    private static final Duration REBALANCE_LIMIT = Duration.ofMinutes(2);

    private final HttpJson http;
    private final ObjectMapper mapper = new ObjectMapper();

    ConnectRest(HttpJson http) {
        this.http = http;
    }

    /**
     * Creates a connector or changes its configuration.
     *
     * @throws IllegalStateException with the worker's message where it refuses
     */
    public void putConnector(String name, Map<String, String> config) {
        Answer answer = request("PUT", "/connectors/" + name + "/config", json(config));
        if (!answer.isOk()) {
            throw new IllegalStateException("connector " + name + " was refused with status " + answer.status() + ": "
                    + answer.body().path("message").asText());
        }
    }

    /** Removes a connector. */
    public void deleteConnector(String name) {
        Answer answer = request("DELETE", "/connectors/" + name, "");
        if (!answer.isOk()) {
            throw new IllegalStateException("connector " + name + " was not deleted: " + answer.status());
        }
    }

    /** Has a connector and its tasks stop work, and keep their resources; returns when the worker has noted it. */
    public void pauseConnector(String name) {
        change("PUT", name, "pause", "");
    }

    /** Has a connector go on after {@link #pauseConnector} or {@link #stopConnector}; returns when the worker has noted it. */
    public void resumeConnector(String name) {
        change("PUT", name, "resume", "");
    }

    /** Shuts a connector's tasks down and keeps its configuration; returns when the worker has noted it. */
    public void stopConnector(String name) {
        change("PUT", name, "stop", "");
    }

    /**
     * Has a connector's tasks that are FAILED start again, and the connector where it is: each with a request of its own.
     * The one for all of them goes through the topic of configurations, and a leader that was fenced there refuses it until
     * the next rebalance.
     */
    public void restartFailed(String name) {
        JsonNode status = status(name);
        if (isFailed(status.path("connector"))) {
            change("POST", name, "restart", "");
        }
        for (JsonNode task : status.path("tasks")) {
            if (isFailed(task)) {
                change("POST", name, "tasks/" + task.path("id").asInt() + "/restart", "");
            }
        }
    }

    /** Replaces the source offset of one source partition of a connector that is stopped. */
    public void alterOffset(String name, Map<String, Object> partition, Map<String, Object> offset) {
        ObjectNode body = mapper.createObjectNode();
        body.putArray("offsets")
                .addObject()
                .setAll(Map.of("partition", mapper.valueToTree(partition), "offset", mapper.valueToTree(offset)));
        change("PATCH", name, "offsets", body.toString());
    }

    /** Replaces source offsets of a connector that is stopped by what {@link #offsets} returned. */
    public void alterOffsets(String name, List<JsonNode> offsets) {
        ObjectNode body = mapper.createObjectNode();
        body.putArray("offsets").addAll(offsets);
        change("PATCH", name, "offsets", body.toString());
    }

    private void change(String method, String name, String what, String body) {
        Answer answer = request(method, "/connectors/" + name + "/" + what, body);
        if (!answer.isOk()) {
            throw new IllegalStateException(method + " " + what + " of connector " + name + " was answered with "
                    + answer.status() + ": " + answer.body().path("message").asText());
        }
    }

    /**
     * The errors of a configuration by key, as {@code PUT /connector-plugins/<class>/config/validate} reports them.
     *
     * @throws IllegalStateException where the worker does not get as far as that
     */
    public Map<String, List<String>> validate(String connectorClass, Map<String, String> config) {
        Answer answer = request("PUT", "/connector-plugins/" + connectorClass + "/config/validate", json(config));
        if (!answer.isOk()) {
            throw new IllegalStateException("the configuration could not be validated: status " + answer.status() + ", "
                    + answer.body().path("message").asText());
        }
        Map<String, List<String>> errors = new TreeMap<>();
        for (JsonNode key : answer.body().path("configs")) {
            JsonNode value = key.path("value");
            List<String> messages = StreamSupport.stream(value.path("errors").spliterator(), false)
                    .map(JsonNode::asText)
                    .toList();
            if (!messages.isEmpty()) {
                errors.put(value.path("name").asText(), messages);
            }
        }
        return errors;
    }

    /** Every plugin that the worker loaded: version by class name. */
    public Map<String, String> plugins() {
        Map<String, String> plugins = new TreeMap<>();
        for (JsonNode plugin :
                request("GET", "/connector-plugins?connectorsOnly=false", "").body()) {
            plugins.put(plugin.path("class").asText(), plugin.path("version").asText());
        }
        return plugins;
    }

    /** The status document of a connector; a missing node where the worker knows none. */
    public JsonNode status(String name) {
        return request("GET", "/connectors/" + name + "/status", "").body();
    }

    /** The states of a connector and of its tasks, the connector's first; none where the worker knows no such connector. */
    public List<String> states(String name) {
        JsonNode status = status(name);
        return Stream.concat(
                        Stream.of(status.path("connector")),
                        StreamSupport.stream(status.path("tasks").spliterator(), false))
                .map(part -> part.path("state").asText())
                .filter(state -> !state.isEmpty())
                .toList();
    }

    /** What the connector has committed: one {@code {"partition": {...}, "offset": {...}}} per partition. */
    public List<JsonNode> offsets(String name) {
        return StreamSupport.stream(
                        request("GET", "/connectors/" + name + "/offsets", "")
                                .body()
                                .path("offsets")
                                .spliterator(),
                        false)
                .toList();
    }

    /** Whether the connector and at least {@code tasks} tasks of it are RUNNING, and none is in another state. */
    public boolean isRunning(String name, int tasks) {
        JsonNode status = status(name);
        List<String> states = StreamSupport.stream(status.path("tasks").spliterator(), false)
                .map(task -> task.path("state").asText())
                .toList();
        return status.path("connector").path("state").asText().equals("RUNNING")
                && states.size() >= tasks
                && states.stream().allMatch("RUNNING"::equals);
    }

    /** The stack traces of the tasks that are FAILED, and of the connector where it is. */
    public List<String> failures(String name) {
        JsonNode status = status(name);
        ObjectNode all = mapper.createObjectNode();
        all.putArray("parts")
                .add(status.path("connector"))
                .addAll(StreamSupport.stream(status.path("tasks").spliterator(), false)
                        .toList());
        return StreamSupport.stream(all.path("parts").spliterator(), false)
                .filter(ConnectRest::isFailed)
                .map(part -> part.path("trace").asText())
                .toList();
    }

    private static boolean isFailed(JsonNode part) {
        return part.path("state").asText().equals("FAILED");
    }

    /** Sends a request, again where the worker is rebalancing, or could do nothing since a broker or a worker was away. */
    private Answer request(String method, String path, String body) {
        long deadline = System.nanoTime() + REBALANCE_LIMIT.toNanos();
        try {
            Answer answer = http.send(method, path, body);
            while (passes(answer) && System.nanoTime() < deadline) {
                EmbeddedService.pause();
                answer = http.send(method, path, body);
            }
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + path, e);
        }
    }

    /** Whether what was answered is over soon: the worker then joins its group again, and takes the same request. */
    private static boolean passes(Answer answer) {
        String message = answer.body().path("message").asText();
        return answer.status() == CONFLICT
                || (answer.status() == INTERNAL_ERROR && PASSING.stream().anyMatch(message::contains));
    }

    private String json(Map<String, String> config) {
        return mapper.valueToTree(config).toString();
    }
}
