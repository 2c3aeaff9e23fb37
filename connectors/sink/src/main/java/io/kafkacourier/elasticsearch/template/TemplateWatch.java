/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch.template;

import io.kafkacourier.elasticsearch.connection.ElasticsearchClients;
import io.kafkacourier.sink.DestinationSetup;
import io.kafkacourier.sink.ExponentialBackoff;
import java.time.Duration;

/**
 * Decides when the managed template is looked at: at the start, when the task meets an index that it does not know, and every
 * ten minutes, since a template can be deleted, or lost when a cluster is restored. An index that is new to the task waits
 * until the template has been found in place; without it, the server would invent a mapping for the index. Not safe for use by
 * several threads.
 */
public final class TemplateWatch implements DestinationSetup {

    private static final long INTERVAL_MS = Duration.ofMinutes(10).toMillis();

    private final ManagedTemplate template;
    private boolean inPlace;
    private long nextLookMs;

    /**
     * Begins to watch.
     *
     * @param clients closed by their owner
     * @param settings of a template that is managed
     * @param nowMs milliseconds that never go back
     */
    public TemplateWatch(
            ElasticsearchClients clients, TemplateSettings settings, ExponentialBackoff backoff, long nowMs) {
        this.template = new ManagedTemplate(clients, settings, backoff);
        this.nextLookMs = nowMs + INTERVAL_MS;
    }

    @Override
    public void advance(long nowMs) {
        if (nowMs >= nextLookMs) {
            nextLookMs = nowMs + INTERVAL_MS;
            template.lookAgain();
        }
        inPlace = template.isInPlace(nowMs);
    }

    @Override
    public void destinationIsNew() {
        template.lookAgain();
    }

    @Override
    public boolean isReady() {
        return inPlace;
    }

    @Override
    public boolean isReadyFor(long knownSinceMs) {
        return inPlace && template.isConfirmedSince(knownSinceMs);
    }

    @Override
    public boolean isChecking() {
        return template.isChecking();
    }

    @Override
    public boolean isFaulty() {
        return template.isFaulty();
    }
}
