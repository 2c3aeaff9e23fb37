/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch.template;

import static java.time.ZoneOffset.UTC;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.elasticsearch._types.ElasticsearchException;
import co.elastic.clients.elasticsearch._types.ExpandWildcard;
import co.elastic.clients.elasticsearch._types.mapping.TypeMapping;
import co.elastic.clients.elasticsearch.indices.GetMappingResponse;
import co.elastic.clients.elasticsearch.indices.resolve_index.ResolveIndexItem;
import co.elastic.clients.json.JsonData;
import com.fasterxml.jackson.databind.JsonNode;
import io.kafkacourier.elasticsearch.connection.ConnectionFault;
import io.kafkacourier.elasticsearch.connection.ElasticsearchClients;
import io.kafkacourier.elasticsearch.connection.JsonRequests;
import io.kafkacourier.elasticsearch.document.DailyIndices;
import io.kafkacourier.elasticsearch.template.TemplateSettings.RetentionMode;
import io.kafkacourier.kafka.background.BackgroundExecutor;
import io.kafkacourier.sink.DestinationFault;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes the daily indices of one prefix when they are older than the retention, on a thread of its own, unless the server
 * does that. It deletes an index by its full name, and only if
 *
 * <ul>
 *   <li>its name is exactly the prefix, a hyphen and a date whose day ended longer ago than the longest retention of all
 *       connectors that use the prefix, and
 *   <li>its mapping has the mark that the sink's template writes, {@code _meta.managed_by}. The name does not show whose
 *       index it is.
 * </ul>
 */
public final class Janitor implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Janitor.class);
    private static final Duration INTERVAL = Duration.ofMinutes(10);

    private final ElasticsearchClient client;
    private final JsonRequests server;
    private final TemplateSettings settings;
    private final String prefix;
    private final Clock clock;
    private final Duration interval;
    private final BackgroundExecutor background;
    /** The indices without a mark that were logged already. */
    private final Set<String> unmarked = new HashSet<>();

    private boolean warnedOfLonger;

    /** @param settings for which {@link TemplateSettings#mayNeedJanitor} holds */
    public Janitor(ElasticsearchClients clients, TemplateSettings settings, Clock clock) {
        this(clients, settings, clock, INTERVAL);
    }

    Janitor(ElasticsearchClients clients, TemplateSettings settings, Clock clock, Duration interval) {
        this.client = clients.blocking();
        this.server = new JsonRequests(clients);
        this.settings = settings;
        this.prefix = settings.name();
        this.clock = clock;
        this.interval = interval;
        this.background = new BackgroundExecutor("courier-janitor-" + prefix, Duration.ZERO);
    }

    /** Sweeps at once and then every ten minutes, whatever the server answers. */
    public void start() {
        background.repeat(this::sweep, Duration.ZERO, interval);
    }

    /** Deletes the indices that are due now, unless the server does that. A failure is logged and left to the next sweep. */
    void sweep() {
        try {
            FoundTemplate template = template();
            Deleter deleter = Deleter.of(settings, server, template).join();
            Retentions retentions = retentions(template);
            Duration retention = retentions.longest();
            warnOfLonger(retentions);
            if (retention != null && (deleter == Deleter.JANITOR || serverDeletesNothing(deleter))) {
                deleteOlderThan(retention);
            }
        } catch (IOException | RuntimeException e) {
            failed(e instanceof CompletionException && e.getCause() != null ? e.getCause() : e);
        }
    }

    private void failed(Throwable failure) {
        ConnectionFault fault = ConnectionFault.of(failure);
        if (fault != null || failure instanceof DestinationFault) {
            log.error(
                    "Old indices {}-* cannot be deleted until this is fixed: {}",
                    prefix,
                    fault == null ? failure.getMessage() : fault.likelyCause());
        } else if (failure instanceof IOException || failure instanceof ElasticsearchException) {
            log.warn("Old indices {}-* could not be deleted, trying again later: {}", prefix, failure.toString());
        } else {
            log.error("Old indices {}-* could not be deleted, trying again later", prefix, failure);
        }
    }

    /** The notes of other connectors in the sink's template; without such a template, those that indices keep of it. */
    private Retentions retentions(@Nullable FoundTemplate template) throws IOException {
        if (template != null && template.isOurs()) {
            return Retentions.of(settings, template);
        }
        JsonRequests.Answer answer =
                server.get(new TemplateBody(settings).mappingsPath()).join();
        if (answer.isOk()) {
            return Retentions.recovered(settings, answer.body());
        } else if (answer.status() == 404) {
            return Retentions.of(settings, template);
        }
        // Without this privilege the mark of an index cannot be read either.
        throw new IOException("mappings: " + answer.error());
    }

    /** Null if there is none, or if the user may not see it and the sink does not need it. */
    private @Nullable FoundTemplate template() throws IOException {
        JsonRequests.Answer answer = server.get("/_index_template/" + prefix).join();
        boolean identified = answer.status() == 403 || answer.fault() == null;
        boolean needed = settings.mode() != RetentionMode.JANITOR;
        if (answer.isOk() && identified) {
            return new FoundTemplate(
                    answer.body().path("index_templates").path(0).path("index_template"));
        } else if (identified && (answer.status() == 404 || (answer.status() == 403 && !needed))) {
            return null;
        }
        ConnectionFault fault = answer.fault();
        throw new IOException("index template: " + answer.error() + (fault == null ? "" : ". " + fault.likelyCause()));
    }

    /** Whether the policy that the template names was made by somebody else and has no phase in which it deletes. */
    private boolean serverDeletesNothing(Deleter deleter) {
        if (deleter != Deleter.ILM || !Deleter.isFree(settings)) {
            return false;
        }
        JsonRequests.Answer answer = server.get("/_ilm/policy/" + prefix).join();
        JsonNode policy = answer.body().path(prefix).path("policy");
        return answer.isOk()
                && policy.isObject()
                && !FoundTemplate.isMarked(policy.path("_meta"))
                && !policy.path("phases").has("delete");
    }

    private void warnOfLonger(Retentions retentions) {
        if (!warnedOfLonger && !retentions.longer().isEmpty()) {
            warnedOfLonger = true;
            log.warn(
                    "Other connectors keep documents of indices {}-* for longer ({}), and the longest retention counts",
                    prefix,
                    retentions.longer());
        }
    }

    private void deleteOlderThan(Duration retention) throws IOException {
        List<String> strangers = new ArrayList<>();
        for (String index : olderThan(retention)) {
            if (isMarked(index)) {
                client.indices().delete(request -> request.index(index).ignoreUnavailable(true));
                log.info("Deleted index {}: its day ended more than {} ago", index, retention);
            } else if (unmarked.add(index)) {
                strangers.add(index);
            }
        }
        if (!strangers.isEmpty()) {
            log.warn(
                    "Indices {} are older than {} but are not deleted, because their mapping has no _meta.{}={}: they were not"
                            + " created by the sink, or by an earlier version of its template. If they are the sink's,"
                            + " delete them, or mark them with PUT /<index>/_mapping {\"_meta\":{\"{}\":\"{}\"}}",
                    strangers,
                    retention,
                    TemplateBody.MANAGED_BY,
                    TemplateBody.COURIER,
                    TemplateBody.MANAGED_BY,
                    TemplateBody.COURIER);
        }
    }

    private boolean isMarked(String index) throws IOException {
        GetMappingResponse response = client.indices().getMapping(request -> request.index(index));
        var found = response.get(index);
        TypeMapping mappings = found == null ? null : found.mappings();
        JsonData mark = mappings == null ? null : mappings.meta().get(TemplateBody.MANAGED_BY);
        return mark != null && mark.toJson().toString().equals('"' + TemplateBody.COURIER + '"');
    }

    private List<String> olderThan(Duration retention) throws IOException {
        Instant bound = clock.instant().minus(retention);
        return client
                .indices()
                .resolveIndex(request ->
                        request.name(prefix + "-2*").expandWildcards(ExpandWildcard.Open, ExpandWildcard.Closed))
                .indices()
                .stream()
                .map(ResolveIndexItem::name)
                .filter(index -> isOver(index, bound))
                .toList();
    }

    private boolean isOver(String index, Instant bound) {
        return DailyIndices.dayOf(prefix, index)
                .map(day -> day.plusDays(1).atStartOfDay(UTC).toInstant())
                .filter(end -> !end.isAfter(bound))
                .isPresent();
    }

    /** Ends the thread; a request under way is not waited for. */
    @Override
    public void close() {
        background.close();
    }
}
