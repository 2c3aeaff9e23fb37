/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import static com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder.responseDefinition;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.extension.ResponseDefinitionTransformerV2;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.http.Request;
import com.github.tomakehurst.wiremock.http.RequestMethod;
import com.github.tomakehurst.wiremock.http.ResponseDefinition;
import com.github.tomakehurst.wiremock.stubbing.ServeEvent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * As much of Elasticsearch as the sink talks to: documents by index and id, and whatever answers a test puts before the
 * usual ones. Unlike the real one it can be made to stumble at will.
 */
public final class FakeElasticsearch implements ResponseDefinitionTransformerV2, AutoCloseable {

    /** One operation of a bulk request. */
    public record Operation(String index, String id, String document) {}

    private static final ObjectMapper JSON = new ObjectMapper();

    private final WireMockServer server;
    private final Map<String, String> documents = Collections.synchronizedMap(new LinkedHashMap<>());
    private final Deque<Function<List<Operation>, ResponseDefinitionBuilder>> script = new ConcurrentLinkedDeque<>();
    private final List<List<Operation>> bulks = Collections.synchronizedList(new ArrayList<>());
    private volatile Function<Operation, String> items = this::create;
    private volatile Function<List<Operation>, @Nullable ResponseDefinitionBuilder> refusal = operations -> null;
    private final Map<String, String> administration = new ConcurrentHashMap<>();
    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    private volatile Function<Request, @Nullable ResponseDefinitionBuilder> special = request -> null;
    private volatile String template = "";

    public FakeElasticsearch() {
        server = new WireMockServer(
                wireMockConfig().dynamicPort().extensions(this).containerThreads(12));
        server.stubFor(any(anyUrl()).willReturn(responseDefinition()));
        server.start();
    }

    public String url() {
        return "http://localhost:" + server.port();
    }

    /** What is in an index by id, as {@code index/id}. */
    public Map<String, String> documents() {
        synchronized (documents) {
            return new LinkedHashMap<>(documents);
        }
    }

    /** The operations of every bulk request so far. */
    public List<List<Operation>> bulks() {
        synchronized (bulks) {
            return new ArrayList<>(bulks);
        }
    }

    /** The template as it is now; empty where there is none. */
    public String template() {
        return template;
    }

    public void template(String body) {
        template = body;
    }

    /** From now on it has this API, which answers a GET with {@code body}, and takes whatever is put below {@code path}. */
    public FakeElasticsearch has(String path, String body) {
        administration.put(path, body);
        return this;
    }

    /** What was put at a path outside of the template; empty where nothing was. */
    public String put(String path) {
        return administration.getOrDefault(path, "");
    }

    /** From now on requests other than bulk are answered as {@code answer} says, or as usual if that is null. */
    public void administration(Function<Request, @Nullable ResponseDefinitionBuilder> answer) {
        special = answer;
    }

    /** Method and path of every request other than bulk, since the last {@link #forgetRequests}. */
    public List<String> requests() {
        synchronized (requests) {
            return new ArrayList<>(requests);
        }
    }

    public void forgetRequests() {
        requests.clear();
    }

    /** The next bulk request is answered like this, and nothing of it carried out. */
    public FakeElasticsearch next(int status, String body) {
        script.add(operations -> answer(status, body));
        return this;
    }

    /** The next bulk request is carried out, and then answered like this. */
    public FakeElasticsearch nextCarriedOutBut(Function<String, ResponseDefinitionBuilder> answer) {
        script.add(operations -> answer.apply(carryOut(operations)));
        return this;
    }

    /** The next bulk request meets a broken connection. */
    public FakeElasticsearch nextBreaks(Fault fault) {
        script.add(operations -> responseDefinition().withFault(fault));
        return this;
    }

    /** From now on every operation has the result that {@code result} gives, or is carried out where that is null. */
    public void items(Function<Operation, String> result) {
        items = operation -> {
            String special = result.apply(operation);
            return special == null ? create(operation) : special;
        };
    }

    /** From now on a bulk request is answered as {@code refusal} says, and not carried out unless that is null. */
    public void refuseBulks(Function<List<Operation>, @Nullable ResponseDefinitionBuilder> refusal) {
        this.refusal = refusal;
    }

    /** From now on every operation is carried out. */
    public void allItemsWork() {
        items = this::create;
        refusal = operations -> null;
    }

    /** An answer that is none: the connection breaks. */
    public static ResponseDefinitionBuilder cut() {
        return responseDefinition().withFault(Fault.CONNECTION_RESET_BY_PEER);
    }

    /** An answer of something before the server that knows nothing of Elasticsearch. */
    public static ResponseDefinitionBuilder html(int status) {
        return responseDefinition()
                .withStatus(status)
                .withHeader("Content-Type", "text/html")
                .withBody("<html>no</html>");
    }

    public static ResponseDefinitionBuilder answer(int status, String body) {
        return responseDefinition()
                .withStatus(status)
                .withHeader("Content-Type", "application/vnd.elasticsearch+json;compatible-with=8")
                .withHeader("X-Elastic-Product", "Elasticsearch")
                .withBody(body);
    }

    /** The body of an answer that is an error. */
    public static String error(int status, String type, String reason) {
        return "{\"error\":{\"root_cause\":[],\"type\":\"" + type + "\",\"reason\":\"" + reason + "\"},\"status\":"
                + status + "}";
    }

    /** The result of an operation that failed. */
    public static String item(int status, String type, String reason) {
        return "{\"create\":{\"status\":" + status + ",\"error\":{\"type\":\"" + type + "\",\"reason\":\"" + reason
                + "\"}}}";
    }

    @Override
    public ResponseDefinition transform(ServeEvent event) {
        Request request = event.getRequest();
        String path = request.getUrl().replaceAll("\\?.*", "");
        if (path.equals("/_bulk")) {
            return bulk(request).build();
        }
        requests.add(request.getMethod() + " " + path);
        ResponseDefinitionBuilder answer = special.apply(request);
        if (answer != null) {
            return answer.build();
        } else if (path.startsWith("/_index_template/")) {
            return template(request).build();
        } else if (administration.keySet().stream().anyMatch(path::startsWith)) {
            return administer(request, path).build();
        }
        return answer(404, error(404, "resource_not_found_exception", path)).build();
    }

    private ResponseDefinitionBuilder administer(Request request, String path) {
        if (request.getMethod().equals(RequestMethod.PUT)) {
            // A policy is shown below its name.
            String name = path.substring(path.lastIndexOf('/') + 1);
            String body = request.getBodyAsString();
            administration.put(path, path.startsWith("/_ilm/") ? "{\"" + name + "\":" + body + "}" : body);
            return answer(200, "{\"acknowledged\":true}");
        }
        String body = administration.get(path);
        return body == null ? answer(404, error(404, "resource_not_found_exception", path)) : answer(200, body);
    }

    private ResponseDefinitionBuilder template(Request request) {
        if (request.getMethod().equals(RequestMethod.PUT)) {
            template = request.getBodyAsString();
            return answer(200, "{\"acknowledged\":true}");
        } else if (template.isEmpty()) {
            return answer(404, error(404, "resource_not_found_exception", "no such template"));
        }
        return answer(200, "{\"index_templates\":[{\"name\":\"any\",\"index_template\":" + template + "}]}");
    }

    private ResponseDefinitionBuilder bulk(Request request) {
        List<Operation> operations = operations(request.getBodyAsString());
        bulks.add(operations);
        Function<List<Operation>, ResponseDefinitionBuilder> next = script.poll();
        if (next != null) {
            return next.apply(operations);
        }
        ResponseDefinitionBuilder refused = refusal.apply(operations);
        return refused == null ? answer(200, carryOut(operations)) : refused;
    }

    private String carryOut(List<Operation> operations) {
        List<String> results = operations.stream().map(items).toList();
        return "{\"errors\":false,\"took\":3,\"items\":[" + String.join(",", results) + "]}";
    }

    private String create(Operation operation) {
        String earlier = documents.putIfAbsent(operation.index() + "/" + operation.id(), operation.document());
        return earlier == null
                ? "{\"create\":{\"status\":201}}"
                : item(409, "version_conflict_engine_exception", "document already exists");
    }

    private static List<Operation> operations(String body) {
        List<Operation> operations = new ArrayList<>();
        String[] lines = body.split("\n", -1);
        if (!lines[lines.length - 1].isEmpty() || lines.length % 2 == 0) {
            throw new AssertionError("a bulk body is pairs of lines, each ended by a line break");
        }
        for (int i = 0; i + 1 < lines.length; i += 2) {
            try {
                JsonNode action = JSON.readTree(lines[i]).path("create");
                JSON.readTree(lines[i + 1]);
                operations.add(new Operation(
                        action.path("_index").asText(), action.path("_id").asText(), lines[i + 1]));
            } catch (JsonProcessingException e) {
                throw new AssertionError("a bulk body is lines of JSON", e);
            }
        }
        return operations;
    }

    @Override
    public String getName() {
        return "fake-elasticsearch";
    }

    @Override
    public void close() {
        server.stop();
    }
}
