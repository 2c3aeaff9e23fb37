/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import io.kafkacourier.elasticsearch.ElasticsearchTraceSinkConfig.IndexStrategy;
import io.kafkacourier.elasticsearch.ElasticsearchTraceSinkConfig.RetentionMode;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Who deletes what is older than the retention. A server accepts a template with a lifecycle even if it will never execute
 * it, so the server is asked for the API that goes with it.
 */
enum Deleter {
    /** The data stream's own lifecycle. */
    LIFECYCLE,
    /** A policy of index lifecycle management. */
    ILM,
    /** The connector, for daily indices only. */
    JANITOR,
    NOBODY;

    /** How a server answers if it does not have an API, or not for this user. */
    private static final Set<Integer> NOT_THERE = Set.of(400, 403, 404, 405, 410);

    /**
     * Who deletes for a configuration on that server; fails if the server does not say.
     *
     * @param found the template in place, null if there is none. If somebody else made it, nothing that would have to be
     *     written into it can delete
     */
    static CompletableFuture<Deleter> of(
            ElasticsearchTraceSinkConfig config, JsonRequests server, @Nullable FoundTemplate found) {
        boolean foreign = found != null && !found.isOurs();
        return switch (config.retentionMode()) {
            case LIFECYCLE -> CompletableFuture.completedFuture(foreign ? NOBODY : LIFECYCLE);
            case ILM -> CompletableFuture.completedFuture(foreign ? NOBODY : ILM);
            case JANITOR -> CompletableFuture.completedFuture(JANITOR);
            case NONE -> CompletableFuture.completedFuture(NOBODY);
            case AUTO -> firstOf(config, server, foreign);
        };
    }

    private static CompletableFuture<Deleter> firstOf(
            ElasticsearchTraceSinkConfig config, JsonRequests server, boolean foreign) {
        if (!config.managesTemplate()) {
            return CompletableFuture.completedFuture(NOBODY);
        }
        boolean daily = config.indexStrategy() == IndexStrategy.DAILY;
        Deleter last = last(config);
        if (foreign) {
            return CompletableFuture.completedFuture(last);
        }
        CompletableFuture<Boolean> lifecycle =
                daily ? CompletableFuture.completedFuture(false) : has(server, "/_data_stream");
        return lifecycle.thenCompose(
                there -> there ? CompletableFuture.completedFuture(LIFECYCLE) : withoutLifecycle(config, server));
    }

    /** Who deletes if the server has no lifecycle of data streams. */
    static CompletableFuture<Deleter> withoutLifecycle(ElasticsearchTraceSinkConfig config, JsonRequests server) {
        return has(server, "/_ilm/status").thenApply(ilm -> ilm ? ILM : last(config));
    }

    /** Whether another one than the configured deleter may be chosen. */
    static boolean isFree(ElasticsearchTraceSinkConfig config) {
        return config.retentionMode() == RetentionMode.AUTO;
    }

    private static Deleter last(ElasticsearchTraceSinkConfig config) {
        return config.indexStrategy() == IndexStrategy.DAILY ? JANITOR : NOBODY;
    }

    private static CompletableFuture<Boolean> has(JsonRequests server, String path) {
        return server.get(path).thenCompose(answer -> {
            if (answer.isOk()) {
                return CompletableFuture.completedFuture(true);
            }
            return NOT_THERE.contains(answer.status())
                    ? CompletableFuture.completedFuture(false)
                    : CompletableFuture.failedFuture(new IOException("GET " + path + ": " + answer.error()));
        });
    }
}
