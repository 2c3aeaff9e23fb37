/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Tests the answers of a worker while a broker or another worker is killed, which cannot be timed with real services.
 */
class ConnectRestTest {

    private final Queue<Answered> answers = new ArrayDeque<>();
    private final Queue<String> asked = new ConcurrentLinkedQueue<>();
    private HttpServer worker;
    private ConnectRest rest;

    private record Answered(int status, String body) {}

    @BeforeEach
    void start() throws IOException {
        worker = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        worker.createContext("/", this::answer);
        worker.start();
        rest = new ConnectRest(new HttpJson(
                URI.create("http://localhost:" + worker.getAddress().getPort())));
    }

    @AfterEach
    void stop() {
        worker.stop(0);
    }

    @Test
    void repeatsARequestIfTheWorkerRebalancesOrCannotReachAnother() {
        answers.addAll(List.of(
                answer(500, "Failed to write to config topic; this may be due to a transient error"),
                answer(409, "a rebalance is in progress"),
                answer(500, "IO Error trying to forward REST request: connection refused"),
                answer(202, "")));

        rest.stopConnector("delay");

        assertThat(asked).hasSize(4).containsOnly("PUT /connectors/delay/stop");
    }

    @Test
    void restartsOnlyFailedTasksAndConnectors() {
        answers.addAll(List.of(new Answered(200, """
                        {"connector": {"state": "FAILED"},
                         "tasks": [{"id": 0, "state": "RUNNING"}, {"id": 1, "state": "FAILED"}]}
                        """), answer(204, ""), answer(204, "")));

        rest.restartFailed("delay");

        assertThat(asked)
                .containsExactly(
                        "GET /connectors/delay/status",
                        "POST /connectors/delay/restart",
                        "POST /connectors/delay/tasks/1/restart");
    }

    @Test
    void failsWithOtherMessagesOfTheWorker() {
        answers.add(answer(500, "no such thing"));

        assertThatIllegalStateException()
                .isThrownBy(() -> rest.stopConnector("delay"))
                .withMessageEndingWith("of connector delay was answered with 500: no such thing");
    }

    private static Answered answer(int status, String message) {
        return new Answered(status, "{\"message\":\"" + message + "\"}");
    }

    private void answer(HttpExchange exchange) throws IOException {
        asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath());
        Answered answer = answers.remove();
        byte[] body = answer.body().getBytes(UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(answer.status(), body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }
}
