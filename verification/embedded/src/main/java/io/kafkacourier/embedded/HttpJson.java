/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

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
import java.util.Base64;
import javax.net.ssl.SSLContext;

/** Sends and receives JSON to and from one server. Safe for use by several threads. */
public final class HttpJson {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    /** Longer than the 90 s after which a worker reports that it could not answer. */
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    /** The answer of the server; {@code body} is a {@link MissingNode} if the answer has no JSON body. */
    public record Answer(int status, JsonNode body) {

        /** Whether the status is 2xx. */
        public boolean isOk() {
            return status / 100 == 2;
        }
    }

    private final URI server;
    private final HttpClient client;
    private final String authorization;
    private final ObjectMapper mapper = new ObjectMapper();

    HttpJson(URI server) {
        this.server = server;
        this.client = HttpClient.newBuilder().connectTimeout(CONNECT_TIMEOUT).build();
        this.authorization = "";
    }

    /** Creates a client for a server with TLS, with a user's credentials. */
    HttpJson(URI server, SSLContext tls, String username, String password) {
        this.server = server;
        this.client = HttpClient.newBuilder()
                .connectTimeout(CONNECT_TIMEOUT)
                .sslContext(tls)
                .build();
        this.authorization = "Basic " + Base64.getEncoder().encodeToString((username + ':' + password).getBytes(UTF_8));
    }

    /** Sends a GET. */
    public Answer get(String path) throws IOException {
        return send("GET", path, "");
    }

    /** Sends a request; an empty {@code body} means no body. */
    public Answer send(String method, String path, String body) throws IOException {
        HttpRequest.Builder builder = HttpRequest.newBuilder(server.resolve(path))
                .timeout(TIMEOUT)
                .header("Content-Type", "application/json")
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (!authorization.isEmpty()) {
            builder.header("Authorization", authorization);
        }
        HttpRequest request = builder.build();
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
