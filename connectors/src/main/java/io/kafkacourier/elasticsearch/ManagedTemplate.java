/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import co.elastic.clients.elasticsearch.ElasticsearchAsyncClient;
import co.elastic.clients.elasticsearch._types.ElasticsearchException;
import co.elastic.clients.elasticsearch.indices.GetIndexTemplateResponse;
import co.elastic.clients.elasticsearch.indices.IndexTemplate;
import co.elastic.clients.json.JsonData;
import java.io.StringReader;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.elasticsearch.client.RestClient;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The index template of one prefix or data stream, with what it says of retention, brought to this version before the
 * first document is written. Never waits: it is asked again and again, from one thread.
 */
final class ManagedTemplate {

    private static final Logger log = LoggerFactory.getLogger(ManagedTemplate.class);
    private static final int NOT_FOUND = 404;

    private final ElasticsearchAsyncClient client;
    private final RestClient rest;
    private final ElasticsearchTraceSinkConfig config;
    private final TemplateBody body;
    private final String name;
    private final Backoff backoff;
    private @Nullable CompletableFuture<Void> attempt;
    private long nextAttemptMs = Long.MIN_VALUE;

    ManagedTemplate(ElasticsearchClients clients, ElasticsearchTraceSinkConfig config, Backoff backoff) {
        this.client = clients.async();
        this.rest = clients.rest();
        this.config = config;
        this.body = new TemplateBody(config);
        this.name = body.name();
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
            log.warn("Index template {} cannot be checked yet: {}", name, String.valueOf(failed.getCause()));
            return false;
        }
    }

    private CompletableFuture<Void> bringUpToDate() {
        return orAbsent(() -> client.indices().getIndexTemplate(request -> request.name(name)))
                .thenCompose(found -> Deleter.of(config, rest)
                        .thenCompose(deleter -> policy(deleter).thenCompose(ready -> template(found, deleter))));
    }

    private CompletableFuture<Void> policy(Deleter deleter) {
        if (deleter != Deleter.ILM) {
            return CompletableFuture.completedFuture(null);
        }
        return orAbsent(() -> client.ilm().getLifecycle(request -> request.name(name)))
                .thenCompose(found -> found == null
                                || isOurs(found.get(name).policy().meta())
                        ? client.ilm()
                                .putLifecycle(request -> request.name(name).withJson(new StringReader(body.policy())))
                                .thenAccept(done -> log.info("Index lifecycle policy {} is in place", name))
                        : CompletableFuture.completedFuture(null));
    }

    private CompletableFuture<Void> template(@Nullable GetIndexTemplateResponse found, Deleter deleter) {
        boolean write =
                found == null || isToBeWritten(found.indexTemplates().get(0).indexTemplate(), deleter);
        return write ? put(deleter) : CompletableFuture.completedFuture(null);
    }

    private boolean isToBeWritten(IndexTemplate found, Deleter deleter) {
        Long version = found.version();
        if (version == null) {
            log.warn("Index template {} has no version, so somebody else made it: it is left as it is", name);
            return false;
        }
        JsonData note = found.meta().get(TemplateBody.RETENTION);
        boolean sameRetention =
                note != null && note.toJson().toString().equals('"' + body.retentionNote(deleter) + '"');
        return version < TemplateBody.VERSION || (version == TemplateBody.VERSION && !sameRetention);
    }

    private CompletableFuture<Void> put(Deleter deleter) {
        if (deleter == Deleter.NOBODY && config.retention() != null) {
            log.warn("The server has no lifecycle for {}: nothing will be deleted", name);
        }
        return client.indices()
                .putIndexTemplate(request -> request.name(name).withJson(new StringReader(body.template(deleter))))
                .thenCompose(done -> deleter == Deleter.LIFECYCLE ? stream() : CompletableFuture.completedFuture(null))
                .thenAccept(done -> log.info("Index template {} is now of version {}", name, TemplateBody.VERSION));
    }

    /** A stream that is there already does not look at its template again. */
    private CompletableFuture<Void> stream() {
        return orAbsent(() -> client.indices()
                        .putDataLifecycle(request ->
                                request.name(name).dataRetention(retention -> retention.time(body.retention()))))
                .thenAccept(done -> {});
    }

    private static boolean isOurs(Map<String, JsonData> meta) {
        return meta.containsKey(TemplateBody.MANAGED_BY);
    }

    /** Null where the server says that there is no such thing. */
    private static <T> CompletableFuture<@Nullable T> orAbsent(Supplier<CompletableFuture<T>> request) {
        return request.get().<@Nullable T>handle((found, failure) -> {
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            if (cause == null || (cause instanceof ElasticsearchException refused && refused.status() == NOT_FOUND)) {
                return found;
            }
            throw new CompletionException(cause);
        });
    }
}
