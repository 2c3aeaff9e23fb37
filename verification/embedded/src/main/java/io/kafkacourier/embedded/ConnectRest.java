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

/** Calls a worker's REST API, for tests and the quickstart. */
public final class ConnectRest {

    private static final int CONFLICT = 409;
    private static final int INTERNAL_ERROR = 500;
    /**
     * Parts of the error messages of a worker that cannot write to the config topic, cannot reach another worker, or is
     * starting.
     */
    private static final List<String> PASSING =
            List.of("Failed to write to config topic", "trying to forward REST request", "Request timed out");
    /** A rebalance with a kill in the middle takes longer than a minute. */
    private static final Duration REBALANCE_LIMIT = Duration.ofMinutes(2);

    private final HttpJson http;
    private final ObjectMapper mapper = new ObjectMapper();

    ConnectRest(HttpJson http) {
        this.http = http;
    }

    /**
     * Creates a connector or changes its configuration.
     *
     * @throws IllegalStateException with the worker's message, if it refuses
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

    /** Pauses a connector and its tasks, which keep their resources; returns when the worker has accepted it. */
    public void pauseConnector(String name) {
        change("PUT", name, "pause", "");
    }

    /**
     * Resumes a connector after {@link #pauseConnector} or {@link #stopConnector}; returns when the worker has accepted
     * it.
     */
    public void resumeConnector(String name) {
        change("PUT", name, "resume", "");
    }

    /** Stops a connector's tasks and keeps its configuration; returns when the worker has accepted it. */
    public void stopConnector(String name) {
        change("PUT", name, "stop", "");
    }

    /**
     * Restarts a connector's FAILED tasks, and the connector if it is FAILED, with a separate request for each. A
     * single request for all would write to the config topic, and a leader whose producer was fenced refuses that until
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

    /** Replaces the source offset of one source partition of a stopped connector. */
    public void alterOffset(String name, Map<String, Object> partition, Map<String, Object> offset) {
        ObjectNode body = mapper.createObjectNode();
        body.putArray("offsets")
                .addObject()
                .setAll(Map.of("partition", mapper.valueToTree(partition), "offset", mapper.valueToTree(offset)));
        change("PATCH", name, "offsets", body.toString());
    }

    /** Replaces source offsets of a stopped connector with those that {@link #offsets} returned. */
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
     * @throws IllegalStateException if the worker cannot validate
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

    /** The version of every plugin that the worker has loaded, by class name. */
    public Map<String, String> plugins() {
        Map<String, String> plugins = new TreeMap<>();
        for (JsonNode plugin :
                request("GET", "/connector-plugins?connectorsOnly=false", "").body()) {
            plugins.put(plugin.path("class").asText(), plugin.path("version").asText());
        }
        return plugins;
    }

    /** The status document of a connector; a missing node if the worker does not know the connector. */
    public JsonNode status(String name) {
        return request("GET", "/connectors/" + name + "/status", "").body();
    }

    /** The states of a connector and of its tasks, the connector's first; empty if the worker does not know it. */
    public List<String> states(String name) {
        JsonNode status = status(name);
        return Stream.concat(
                        Stream.of(status.path("connector")),
                        StreamSupport.stream(status.path("tasks").spliterator(), false))
                .map(part -> part.path("state").asText())
                .filter(state -> !state.isEmpty())
                .toList();
    }

    /** The committed offsets of a connector: one {@code {"partition": {...}, "offset": {...}}} per partition. */
    public List<JsonNode> offsets(String name) {
        return StreamSupport.stream(
                        request("GET", "/connectors/" + name + "/offsets", "")
                                .body()
                                .path("offsets")
                                .spliterator(),
                        false)
                .toList();
    }

    /** Whether the connector and at least {@code tasks} of its tasks are RUNNING, and none is in another state. */
    public boolean isRunning(String name, int tasks) {
        JsonNode status = status(name);
        List<String> states = StreamSupport.stream(status.path("tasks").spliterator(), false)
                .map(task -> task.path("state").asText())
                .toList();
        return status.path("connector").path("state").asText().equals("RUNNING")
                && states.size() >= tasks
                && states.stream().allMatch("RUNNING"::equals);
    }

    /** The stack traces of the FAILED tasks, and of the connector if it is FAILED. */
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

    /** Sends a request, and repeats it while the worker is rebalancing, or while a broker or a worker is down. */
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

    /**
     * Whether the problem in the answer is temporary: the worker then rejoins its group, and accepts the same request.
     */
    private static boolean passes(Answer answer) {
        String message = answer.body().path("message").asText();
        return answer.status() == CONFLICT
                || (answer.status() == INTERNAL_ERROR && PASSING.stream().anyMatch(message::contains));
    }

    private String json(Map<String, String> config) {
        return mapper.valueToTree(config).toString();
    }
}
