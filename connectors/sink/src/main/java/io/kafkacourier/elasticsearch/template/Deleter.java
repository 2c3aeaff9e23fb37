/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch.template;

import io.kafkacourier.elasticsearch.connection.JsonRequests;
import io.kafkacourier.elasticsearch.template.TemplateSettings.RetentionMode;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Who deletes documents that are older than the retention. A server accepts a template with a lifecycle even if it will never
 * execute that lifecycle, so the server is asked for the API of the lifecycle.
 */
enum Deleter {
    /** The data stream's own lifecycle. */
    LIFECYCLE,
    /** A policy of index lifecycle management. */
    ILM,
    /** The connector, for daily indices only. */
    JANITOR,
    NOBODY;

    /** The statuses that a server answers if it does not have an API, or not for this user. */
    private static final Set<Integer> NOT_THERE = Set.of(400, 403, 404, 405, 410);

    /**
     * Who deletes for a configuration on that server. Fails if the server's answer is not clear.
     *
     * @param found the template in place; null if there is none. If somebody else made it, the sink cannot write a lifecycle
     *     into it
     */
    static CompletableFuture<Deleter> of(
            TemplateSettings settings, JsonRequests server, @Nullable FoundTemplate found) {
        boolean foreign = found != null && !found.isOurs();
        return switch (settings.mode()) {
            case LIFECYCLE -> CompletableFuture.completedFuture(foreign ? NOBODY : LIFECYCLE);
            case ILM -> CompletableFuture.completedFuture(foreign ? NOBODY : ILM);
            case JANITOR -> CompletableFuture.completedFuture(JANITOR);
            case NONE -> CompletableFuture.completedFuture(NOBODY);
            case AUTO -> firstOf(settings, server, foreign);
        };
    }

    private static CompletableFuture<Deleter> firstOf(TemplateSettings settings, JsonRequests server, boolean foreign) {
        if (!settings.isManaged()) {
            return CompletableFuture.completedFuture(NOBODY);
        }
        boolean daily = settings.isDaily();
        Deleter last = last(settings);
        if (foreign) {
            return CompletableFuture.completedFuture(last);
        }
        CompletableFuture<Boolean> lifecycle =
                daily ? CompletableFuture.completedFuture(false) : has(server, "/_data_stream");
        return lifecycle.thenCompose(
                there -> there ? CompletableFuture.completedFuture(LIFECYCLE) : withoutLifecycle(settings, server));
    }

    /** Who deletes if the server has no lifecycle for data streams. */
    static CompletableFuture<Deleter> withoutLifecycle(TemplateSettings settings, JsonRequests server) {
        return has(server, "/_ilm/status").thenApply(ilm -> ilm ? ILM : last(settings));
    }

    /** Whether the sink may choose another deleter if one is not available. */
    static boolean isFree(TemplateSettings settings) {
        return settings.mode() == RetentionMode.AUTO;
    }

    private static Deleter last(TemplateSettings settings) {
        return settings.isDaily() ? JANITOR : NOBODY;
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
