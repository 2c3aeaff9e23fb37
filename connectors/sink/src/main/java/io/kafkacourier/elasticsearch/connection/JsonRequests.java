/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch.connection;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.apache.http.entity.ContentType;
import org.apache.http.nio.entity.NStringEntity;
import org.apache.http.util.EntityUtils;
import org.elasticsearch.client.Request;
import org.elasticsearch.client.RequestOptions;
import org.elasticsearch.client.Response;
import org.elasticsearch.client.ResponseException;
import org.elasticsearch.client.ResponseListener;
import org.elasticsearch.client.WarningsHandler;
import org.jspecify.annotations.Nullable;

/**
 * Requests with JSON bodies for administration by a thread that must not wait. Unlike the typed client it shows whatever
 * the server answers, so that a server that is not Elasticsearch 8 or 9 is noticed before anything is changed on it.
 */
public final class JsonRequests {

    /**
     * An answer with any status.
     *
     * @param product the header {@value ConnectionFault#PRODUCT_HEADER}, null if there was none
     * @param text the body as it came, empty if there was none
     * @param body a missing node if the body is not JSON
     */
    public record Answer(int status, @Nullable String product, String text, JsonNode body) {

        /** Whether the status is a success. */
        public boolean isOk() {
            return status >= 200 && status < 300;
        }

        /** The status and the type of the error, for logs. */
        public String error() {
            String type = body.path("error").path("type").asText();
            return status + " " + (type.isEmpty() ? "no reason given" : type);
        }

        /** Null if the server is Elasticsearch 8 or 9 and accepts the credentials. */
        public @Nullable ConnectionFault fault() {
            return ConnectionFault.ofAnswer(status, product, text);
        }
    }

    private static final String MEDIA_TYPE = "application/vnd.elasticsearch+json; compatible-with=8";
    private static final JsonMapper JSON = new JsonMapper();
    private static final RequestOptions OPTIONS = RequestOptions.DEFAULT.toBuilder()
            .addHeader("Accept", MEDIA_TYPE)
            .setWarningsHandler(WarningsHandler.PERMISSIVE)
            .build();

    private final ElasticsearchClients clients;

    /** For clients that are closed by their owner. */
    public JsonRequests(ElasticsearchClients clients) {
        this.clients = clients;
    }

    /** Completes with the answer, or fails if there was none. */
    public CompletableFuture<Answer> get(String path) {
        return send(new Request("GET", path));
    }

    /** Completes with the answer, or fails if there was none. */
    public CompletableFuture<Answer> put(String path, String body) {
        Request request = new Request("PUT", path);
        request.setEntity(new NStringEntity(body, ContentType.parse(MEDIA_TYPE)));
        return send(request);
    }

    private CompletableFuture<Answer> send(Request request) {
        request.setOptions(OPTIONS);
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        clients.perform(request, new ResponseListener() {
            @Override
            public void onSuccess(Response response) {
                answer.complete(answer(response));
            }

            @Override
            public void onFailure(Exception failure) {
                if (failure instanceof ResponseException answered) {
                    answer.complete(answer(answered.getResponse()));
                } else {
                    clients.explain(failure, answer::completeExceptionally);
                }
            }
        });
        return answer;
    }

    private static Answer answer(Response response) {
        String text = text(response);
        return new Answer(
                response.getStatusLine().getStatusCode(),
                response.getHeader(ConnectionFault.PRODUCT_HEADER),
                text,
                json(text));
    }

    /** The client has buffered it. A body that cannot be decoded counts as none: the status is more important. */
    private static String text(Response response) {
        try {
            return response.getEntity() == null ? "" : EntityUtils.toString(response.getEntity());
        } catch (IOException | RuntimeException undecodable) {
            return "";
        }
    }

    private static JsonNode json(String text) {
        try {
            JsonNode json = JSON.readTree(text);
            return json == null ? MissingNode.getInstance() : json;
        } catch (JsonProcessingException notJson) {
            return MissingNode.getInstance();
        }
    }
}
