/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch.connection;

import com.fasterxml.jackson.databind.JsonNode;
import io.kafkacourier.core.config.ConfigErrors;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.http.HttpHost;
import org.apache.kafka.common.config.types.Password;
import org.jspecify.annotations.Nullable;

/**
 * Tries each host of a configuration that is otherwise correct, for {@code validate}. Reports only faults that waiting does
 * not cure: a server that is not reachable yet, or not ready, is no mistake. Changes nothing on a server.
 */
public final class ConnectionCheck {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    /** A host that is being tried. */
    private record Attempt(
            HttpHost host, ElasticsearchClients clients, CompletableFuture<JsonRequests.Answer> answer) {}

    private final ConnectionConfig connection;
    private final String path;
    private final boolean needsPath;

    private ConnectionCheck(ConnectionConfig connection, String path, boolean needsPath) {
        this.connection = connection;
        this.path = path;
        this.needsPath = needsPath;
    }

    /** A check that the user may read {@code path}, which the sink has to read, and that Elasticsearch answers. */
    public static ConnectionCheck reading(ConnectionConfig connection, String path) {
        return new ConnectionCheck(connection, path, true);
    }

    /** A check for a sink that only writes documents: whether Elasticsearch answers, with or without its header. */
    public static ConnectionCheck writingOnly(ConnectionConfig connection) {
        return new ConnectionCheck(connection, "/", false);
    }

    /** The errors, after at most five seconds for all hosts together. */
    public ConfigErrors errors() {
        ConfigErrors errors = new ConfigErrors();
        List<Attempt> attempts = new ArrayList<>();
        try {
            for (HttpHost host : connection.hosts()) {
                ElasticsearchClients clients = ElasticsearchClients.probe(connection, host);
                attempts.add(new Attempt(host, clients, new JsonRequests(clients).get(path)));
            }
            long deadline = System.nanoTime() + TIMEOUT.toNanos();
            attempts.forEach(attempt -> await(attempt, deadline, errors));
        } catch (UnusableFile file) {
            file.addTo(errors);
        } finally {
            attempts.forEach(attempt -> attempt.clients().close());
        }
        return errors;
    }

    private void await(Attempt attempt, long deadline, ConfigErrors errors) {
        String host = attempt.host().toURI() + connection.pathPrefix();
        try {
            JsonRequests.Answer answer =
                    attempt.answer().get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
            ConnectionFault fault = fault(answer, host);
            if (fault != null) {
                errors.add(key(answer.status()), shown(answer.status(), host), fault.likelyCause());
            }
        } catch (ExecutionException failed) {
            ConnectionFault fault = ConnectionFault.of(failed, host);
            if (fault != null) {
                errors.add(ConnectionConfig.HOSTS, host, fault.likelyCause());
            }
        } catch (TimeoutException notReachableYet) {
            // This is no error: the server may be reachable later.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private @Nullable ConnectionFault fault(JsonRequests.Answer answer, String host) {
        ConnectionFault fault = ConnectionFault.ofAnswer(answer.status(), answer.product(), answer.text(), host);
        if (fault == null || needsPath) {
            return fault;
        }
        // A user who only writes documents need not see this page, and bulk requests pass without the header.
        return switch (answer.status()) {
            case 200 -> isElasticsearch8Or9(answer.body()) ? null : fault;
            case 403, 404, 405, 410, 501, 505 -> null;
            default -> fault;
        };
    }

    private static boolean isElasticsearch8Or9(JsonNode page) {
        JsonNode version = page.path("version");
        String number = version.path("number").asText();
        return (number.startsWith("8.") || number.startsWith("9.")) && !version.has("distribution");
    }

    private String key(int status) {
        if (status == 407) {
            return ConnectionConfig.PROXY_USERNAME;
        } else if (status != 401) {
            return ConnectionConfig.HOSTS;
        } else if (!connection.apiKey().value().isEmpty()) {
            return ConnectionConfig.API_KEY;
        }
        return connection.username().isEmpty() ? ConnectionConfig.HOSTS : ConnectionConfig.USERNAME;
    }

    private String shown(int status, String host) {
        return switch (key(status)) {
            case ConnectionConfig.API_KEY -> Password.HIDDEN;
            case ConnectionConfig.USERNAME -> connection.username();
            case ConnectionConfig.PROXY_USERNAME -> connection.proxyUsername();
            default -> host;
        };
    }
}
