/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import co.elastic.clients.elasticsearch.ElasticsearchAsyncClient;
import co.elastic.clients.elasticsearch._types.ElasticsearchException;
import co.elastic.clients.elasticsearch.indices.IndexTemplate;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.StringReader;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The index template of one prefix, brought to this version before the first document is written. Never waits: it is
 * asked again and again, from one thread.
 */
final class ManagedTemplate {

    /** To be raised with every change of the template. */
    static final long VERSION = 1;

    private static final Logger log = LoggerFactory.getLogger(ManagedTemplate.class);
    private static final int NOT_FOUND = 404;
    /** Over those of Elasticsearch itself (100), under what its documentation leaves to its users (500). */
    private static final int PRIORITY = 200;

    private final ElasticsearchAsyncClient client;
    private final String prefix;
    private final Backoff backoff;
    private @Nullable CompletableFuture<Void> attempt;
    private long nextAttemptMs = Long.MIN_VALUE;

    ManagedTemplate(ElasticsearchAsyncClient client, String prefix, Backoff backoff) {
        this.client = client;
        this.prefix = prefix;
        this.backoff = backoff;
    }

    /**
     * Whether the template is in place; where it is not, works on it. Without the server it tries again for ever.
     *
     * @throws ElasticsearchException where an attempt was refused, once for each
     */
    boolean isInPlace(long nowMs) {
        if (attempt == null) {
            if (nowMs >= nextAttemptMs) {
                attempt = bringUpToDate();
            }
            return false;
        } else if (!attempt.isDone()) {
            return false;
        }
        try {
            attempt.join();
            return true;
        } catch (CompletionException failed) {
            attempt = null;
            nextAttemptMs = nowMs + backoff.nextMs();
            if (failed.getCause() instanceof ElasticsearchException refused) {
                throw refused;
            }
            log.warn("Index template {} cannot be checked yet: {}", prefix, String.valueOf(failed.getCause()));
            return false;
        }
    }

    private CompletableFuture<Void> bringUpToDate() {
        return client.indices()
                .getIndexTemplate(request -> request.name(prefix))
                .thenApply(found -> isToBeWritten(found.indexTemplates().get(0).indexTemplate()))
                .exceptionally(failure -> {
                    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
                    if (cause instanceof ElasticsearchException refused && refused.status() == NOT_FOUND) {
                        return true;
                    }
                    throw new CompletionException(cause);
                })
                .thenCompose(write -> write ? put() : CompletableFuture.<Void>completedFuture(null));
    }

    private boolean isToBeWritten(IndexTemplate found) {
        Long version = found.version();
        if (version == null) {
            log.warn("Index template {} has no version, so somebody else made it: it is left as it is", prefix);
            return false;
        }
        return version < VERSION;
    }

    private CompletableFuture<Void> put() {
        return client.indices()
                .putIndexTemplate(request -> request.name(prefix).withJson(new StringReader(json(prefix))))
                .thenAccept(done -> log.info("Index template {} is now of version {}", prefix, VERSION));
    }

    /** The body of the template. */
    static String json(String prefix) {
        Map<String, Object> mappings =
                Map.of("dynamic", false, "date_detection", false, "properties", TraceMapping.properties());
        Map<String, Object> template = Map.of(
                // A hyphen and the first digit of a year: another prefix that this one begins is another template's.
                "index_patterns", List.of(prefix + "-2*"),
                "priority", PRIORITY,
                "version", VERSION,
                "_meta", Map.of("managed_by", "kafka-connect-courier"),
                "template", Map.of("mappings", mappings));
        try {
            return new JsonMapper().writeValueAsString(template);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a map of texts and numbers is always JSON", e);
        }
    }
}
