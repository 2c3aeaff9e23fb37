/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Requests with JSON in and out to one server. Safe for use by several threads. */
public final class HttpJson {

    private static final Duration TIMEOUT = Duration.ofSeconds(90);

    /** What the server answered; {@code body} is a {@link MissingNode} where there was none. */
    public record Answer(int status, JsonNode body) {

        /** Whether the status is 2xx. */
        public boolean isOk() {
            return status / 100 == 2;
        }
    }

    private final URI server;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final ObjectMapper mapper = new ObjectMapper();

    HttpJson(URI server) {
        this.server = server;
    }

    /** Sends a GET. */
    public Answer get(String path) throws IOException {
        return send("GET", path, "");
    }

    /** Sends a request; an empty body is none. */
    public Answer send(String method, String path, String body) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(server.resolve(path))
                .timeout(TIMEOUT)
                .header("Content-Type", "application/json")
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build();
        try {
            var response = client.send(request, BodyHandlers.ofByteArray());
            byte[] bytes = response.body();
            boolean json = response.headers()
                    .firstValue("Content-Type")
                    .filter(type -> type.contains("json"))
                    .isPresent();
            return new Answer(
                    response.statusCode(),
                    json && bytes.length > 0 ? mapper.readTree(bytes) : MissingNode.getInstance());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted during " + method + " " + path, e);
        }
    }
}
