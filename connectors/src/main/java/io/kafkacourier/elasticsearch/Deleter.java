/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import io.kafkacourier.elasticsearch.ElasticsearchTraceSinkConfig.IndexStrategy;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.elasticsearch.client.Request;
import org.elasticsearch.client.Response;
import org.elasticsearch.client.ResponseException;
import org.elasticsearch.client.ResponseListener;
import org.elasticsearch.client.RestClient;

/**
 * Who deletes what is older than the retention. A server accepts a template with a lifecycle even where it will never
 * carry it out, so it is asked for the API that goes with it.
 */
enum Deleter {
    /** The data stream's own lifecycle. */
    LIFECYCLE,
    /** A policy of index lifecycle management. */
    ILM,
    /** The connector; for daily indices alone. */
    JANITOR,
    NOBODY;

    /** How a server answers that does not have an API, or not for this user. */
    private static final Set<Integer> NOT_THERE = Set.of(400, 403, 404, 405, 410);

    /** Who it is for a configuration, on that server; fails where the server does not say. */
    static CompletableFuture<Deleter> of(ElasticsearchTraceSinkConfig config, RestClient server) {
        return switch (config.retentionMode()) {
            case LIFECYCLE -> CompletableFuture.completedFuture(LIFECYCLE);
            case ILM -> CompletableFuture.completedFuture(ILM);
            case JANITOR -> CompletableFuture.completedFuture(JANITOR);
            case NONE -> CompletableFuture.completedFuture(NOBODY);
            case AUTO -> firstOf(config, server);
        };
    }

    private static CompletableFuture<Deleter> firstOf(ElasticsearchTraceSinkConfig config, RestClient server) {
        boolean daily = config.indexStrategy() == IndexStrategy.DAILY;
        Deleter last = daily ? JANITOR : NOBODY;
        if (!config.managesTemplate()) {
            return CompletableFuture.completedFuture(last);
        }
        CompletableFuture<Boolean> lifecycle =
                daily ? CompletableFuture.completedFuture(false) : has(server, "/_data_stream");
        return lifecycle.thenCompose(there -> there
                ? CompletableFuture.completedFuture(LIFECYCLE)
                : has(server, "/_ilm/status").thenApply(ilm -> ilm ? ILM : last));
    }

    private static CompletableFuture<Boolean> has(RestClient server, String path) {
        CompletableFuture<Boolean> has = new CompletableFuture<>();
        server.performRequestAsync(new Request("GET", path), new ResponseListener() {
            @Override
            public void onSuccess(Response response) {
                has.complete(true);
            }

            @Override
            public void onFailure(Exception failure) {
                if (failure instanceof ResponseException answered
                        && NOT_THERE.contains(
                                answered.getResponse().getStatusLine().getStatusCode())) {
                    has.complete(false);
                } else {
                    has.completeExceptionally(failure);
                }
            }
        });
        return has;
    }
}
