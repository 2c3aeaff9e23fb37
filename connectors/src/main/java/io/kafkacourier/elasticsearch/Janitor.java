/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import static java.time.ZoneOffset.UTC;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.elasticsearch._types.ElasticsearchException;
import co.elastic.clients.elasticsearch._types.ExpandWildcard;
import co.elastic.clients.elasticsearch.indices.resolve_index.ResolveIndexItem;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes the daily indices of one prefix when they are older than the retention, on a thread of its own, where that is
 * not the business of the server. An index is
 * deleted by its full name, and only if that is exactly the prefix, a hyphen and a date.
 */
final class Janitor implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Janitor.class);
    private static final Duration INTERVAL = Duration.ofMinutes(10);

    private final ElasticsearchClient client;
    private final JsonRequests server;
    private final ElasticsearchTraceSinkConfig config;
    private final String prefix;
    private final Duration retention;
    private final Clock clock;
    private final ScheduledExecutorService thread;
    /** Null as long as the server has not said what it does itself. */
    private @Nullable Deleter deleter;

    /** @param config one that {@link ElasticsearchTraceSinkConfig#mayTakeAJanitor} */
    Janitor(ElasticsearchClients clients, ElasticsearchTraceSinkConfig config, Clock clock) {
        this.client = clients.blocking();
        this.server = new JsonRequests(clients);
        this.config = config;
        this.prefix = config.indexPrefix();
        this.retention = Objects.requireNonNull(config.retention(), "nobody deletes what is kept for ever");
        this.clock = clock;
        this.thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread created = new Thread(task, "courier-janitor-" + prefix);
            created.setDaemon(true);
            return created;
        });
    }

    /** Begins at once and goes on every ten minutes, whatever the server answers. */
    void start() {
        // An executor ends a periodic task that throws: sweep() must not.
        var unused = thread.scheduleWithFixedDelay(this::sweep, 0, INTERVAL.toSeconds(), TimeUnit.SECONDS);
    }

    /** Deletes what is due now, unless the server does that. A failure is logged and left to the next sweep. */
    void sweep() {
        try {
            if (deleter == null) {
                deleter = Deleter.of(config, server, null).join();
            }
            if (deleter != Deleter.JANITOR) {
                return;
            }
            for (String index : due()) {
                client.indices().delete(request -> request.index(index).ignoreUnavailable(true));
                log.info("Deleted index {}: its day ended more than {} ago", index, retention);
            }
        } catch (IOException | ElasticsearchException | CompletionException e) {
            log.warn(
                    "Indices {}-* older than {} could not be deleted, trying again later: {}",
                    prefix,
                    retention,
                    e.toString());
        } catch (RuntimeException e) {
            log.error("Indices {}-* older than {} could not be deleted, trying again later", prefix, retention, e);
        }
    }

    private List<String> due() throws IOException {
        return client
                .indices()
                .resolveIndex(request ->
                        request.name(prefix + "-2*").expandWildcards(ExpandWildcard.Open, ExpandWildcard.Closed))
                .indices()
                .stream()
                .map(ResolveIndexItem::name)
                .filter(this::isDue)
                .toList();
    }

    private boolean isDue(String index) {
        Instant bound = clock.instant().minus(retention);
        return DailyIndices.dayOf(prefix, index)
                .map(day -> day.plusDays(1).atStartOfDay(UTC).toInstant())
                .filter(end -> !end.isAfter(bound))
                .isPresent();
    }

    /** Ends the thread; a request under way is not waited for. */
    @Override
    public void close() {
        thread.shutdownNow();
    }
}
