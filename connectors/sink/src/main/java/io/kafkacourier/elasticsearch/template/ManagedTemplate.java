/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch.template;

import com.fasterxml.jackson.databind.JsonNode;
import io.kafkacourier.elasticsearch.connection.ConnectionFault;
import io.kafkacourier.elasticsearch.connection.ElasticsearchClients;
import io.kafkacourier.elasticsearch.connection.JsonRequests;
import io.kafkacourier.sink.DestinationFault;
import io.kafkacourier.sink.ExponentialBackoff;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the index template of one prefix or data stream, and what deletes old documents, up to date on the server.
 *
 * <p>Never waits: one thread calls {@link #isInPlace} again and again, and each call moves the work on. A check first reads
 * the template, so nothing is changed on a server that is not Elasticsearch 8 or 9. It then writes the template if it is
 * missing or older.
 *
 * <ul>
 *   <li>Before the first successful check, {@link #isInPlace} is false and nothing may be written to any index.
 *   <li>{@link #lookAgain} asks for one more check. Meanwhile, and if that check fails, {@link #isInPlace} stays true:
 *       existing indices keep their mapping. The exception is the template of a data stream that was found missing and
 *       could not be restored, because documents would then create an ordinary index with the stream's name.
 *   <li>Documents for an index that may not exist yet wait until {@link #isConfirmedSince} holds for the time at which the
 *       caller met the index. So at time {@code t}, call {@code lookAgain()}, then {@code isInPlace(now)} in each round until
 *       {@code isConfirmedSince(t)}.
 * </ul>
 */
final class ManagedTemplate {

    private static final Logger log = LoggerFactory.getLogger(ManagedTemplate.class);

    /** A check that is under way, or whose result was not looked at yet. */
    private record Check(long startedMs, CompletableFuture<Void> result) {}

    private final JsonRequests server;
    private final TemplateSettings settings;
    private final String name;
    private final String templatePath;
    private final String policyPath;
    private final boolean daily;
    private final ExponentialBackoff backoff;
    private @Nullable Check check;
    private boolean wanted = true;
    private boolean inPlace;
    private boolean faulty;
    private long confirmedMs = Long.MIN_VALUE;
    private long nextCheckMs = Long.MIN_VALUE;
    /** Written by I/O threads, one at a time. */
    private volatile boolean foundMissing;

    private volatile boolean knowsNoLifecycle;
    private volatile boolean knowsNoSubobjects;
    private volatile boolean warnedOfLonger;

    ManagedTemplate(ElasticsearchClients clients, TemplateSettings settings, ExponentialBackoff backoff) {
        this.server = new JsonRequests(clients);
        this.settings = settings;
        this.name = settings.name();
        this.templatePath = "/_index_template/" + name;
        this.policyPath = "/_ilm/policy/" + name;
        this.daily = settings.isDaily();
        this.backoff = backoff;
    }

    /**
     * Moves a check on if one is due, and returns whether documents may be written. A failed check is repeated after a
     * back-off, without limit. Failures that may pass are only logged.
     *
     * @throws DestinationFault if a check failed for a reason that waiting does not cure; once for each failed check
     */
    boolean isInPlace(long nowMs) {
        if (check == null) {
            if (wanted && nowMs >= nextCheckMs) {
                wanted = false;
                check = new Check(nowMs, bringUpToDate());
            }
        } else if (check.result().isDone()) {
            Check done = check;
            check = null;
            take(done, nowMs);
        }
        return inPlace;
    }

    /** Makes {@link #isInPlace} begin another check as soon as possible. */
    void lookAgain() {
        wanted = true;
    }

    /** Whether a check that began at this time or later found the template in place, or put it in place. */
    boolean isConfirmedSince(long ms) {
        return inPlace && confirmedMs >= ms;
    }

    /** Whether a check is under way. */
    boolean isChecking() {
        return check != null;
    }

    /** Whether the last check failed for a reason that waiting does not cure. */
    boolean isFaulty() {
        return faulty;
    }

    private void take(Check done, long nowMs) {
        faulty = false;
        try {
            done.result().join();
            inPlace = true;
            confirmedMs = done.startedMs();
            nextCheckMs = Long.MIN_VALUE;
            backoff.reset();
        } catch (CompletionException failed) {
            wanted = true;
            nextCheckMs = nowMs + backoff.nextMs();
            inPlace = inPlace && (daily || !foundMissing);
            Throwable cause = failed.getCause() == null ? failed : failed.getCause();
            if (cause instanceof DestinationFault fault) {
                faulty = true;
                throw fault;
            }
            ConnectionFault connection = ConnectionFault.of(cause);
            if (connection != null) {
                faulty = true;
                throw new DestinationFault("index template: it cannot be checked. " + connection.likelyCause());
            }
            log.warn("Index template {} cannot be checked yet: {}", name, String.valueOf(cause));
        }
    }

    private CompletableFuture<Void> bringUpToDate() {
        return server.get(templatePath).thenCompose(answer -> {
            FoundTemplate found = found(answer);
            foundMissing = found == null;
            if (found != null && !found.isOurs()) {
                return leaveAlone(found);
            }
            if (found != null && found.isForDataStreams() == daily) {
                throw new DestinationFault("index template: " + name + " belongs to another connector, for "
                        + (daily ? "a data stream" : "daily indices") + "; change "
                        + (daily ? TemplateSettings.INDEX_PREFIX : TemplateSettings.DATASTREAM_NAMESPACE));
            }
            return Deleter.of(settings, server, found).thenCompose(chosen -> bringUpToDate(found, chosen));
        });
    }

    private @Nullable FoundTemplate found(JsonRequests.Answer answer) {
        if (answer.isOk()) {
            ensureAccepted("index template", answer);
            return new FoundTemplate(
                    answer.body().path("index_templates").path(0).path("index_template"));
        } else if (answer.status() == 404 && answer.fault() == null) {
            return null;
        }
        throw refused("index template", answer);
    }

    private CompletableFuture<Void> leaveAlone(FoundTemplate foreign) {
        boolean janitorMay = daily && foreign.marksIndices();
        Duration retention = settings.retention();
        if (retention != null && !foreign.hasLifecycle() && !janitorMay) {
            log.warn(
                    "Index template {} was made by somebody else and is left as it is. It has no lifecycle, so nothing"
                            + " deletes documents older than {}={}",
                    name,
                    TemplateSettings.RETENTION,
                    TemplateBody.time(retention));
        } else {
            log.info("Index template {} was made by somebody else and is left as it is", name);
        }
        return CompletableFuture.completedFuture(null);
    }

    private CompletableFuture<Void> bringUpToDate(@Nullable FoundTemplate found, Deleter chosen) {
        if (found != null && found.version() > TemplateBody.VERSION) {
            return CompletableFuture.completedFuture(null);
        }
        return retentions(found).thenCompose(retentions -> bringUpToDate(found, chosen, retentions));
    }

    /** The notes of other connectors in the template; if it is missing, those that indices keep of it. */
    private CompletableFuture<Retentions> retentions(@Nullable FoundTemplate found) {
        if (found != null) {
            return CompletableFuture.completedFuture(Retentions.of(settings, found));
        }
        return server.get(new TemplateBody(settings).mappingsPath()).thenApply(answer -> {
            int status = answer.status();
            if (answer.isOk()) {
                return Retentions.recovered(settings, answer.body());
            } else if (status == 408 || status == 429 || status >= 500) {
                throw refused("mappings", answer);
            } else if (status != 404) {
                log.warn(
                        "The mappings of the indices of {} cannot be read ({}), so it is not known whether another connector"
                                + " keeps documents for longer",
                        name,
                        answer.error());
            }
            return Retentions.of(settings, null);
        });
    }

    private CompletableFuture<Void> bringUpToDate(
            @Nullable FoundTemplate found, Deleter chosen, Retentions retentions) {
        warnOfLonger(retentions);
        if (chosen == Deleter.LIFECYCLE && knowsNoLifecycle) {
            return withoutLifecycle(found, retentions);
        }
        TemplateBody body = new TemplateBody(settings, retentions);
        Deleter deleter = retentions.deleter(chosen);
        return policy(body, deleter).thenCompose(ready -> template(found, retentions, body, chosen, deleter));
    }

    private void warnOfLonger(Retentions retentions) {
        Duration own = retentions.own();
        if (!warnedOfLonger && own != null && !retentions.longer().isEmpty()) {
            warnedOfLonger = true;
            log.warn(
                    "Other connectors that use index template {} keep documents for longer ({}). The longest retention counts,"
                            + " and not {}={}. Connectors that no longer exist can be removed from _meta.{} of the template",
                    name,
                    retentions.longer(),
                    TemplateSettings.RETENTION,
                    TemplateBody.time(own),
                    TemplateBody.CONNECTORS);
        }
    }

    private CompletableFuture<Void> policy(TemplateBody body, Deleter deleter) {
        if (deleter != Deleter.ILM) {
            return CompletableFuture.completedFuture(null);
        }
        return server.get(policyPath).thenCompose(answer -> {
            if (!answer.isOk() && (answer.status() != 404 || answer.fault() != null)) {
                throw refused("index lifecycle policy", answer);
            }
            JsonNode policy = answer.isOk() ? answer.body().path(name).path("policy") : null;
            if (policy != null && !policy.isMissingNode()) {
                JsonNode meta = policy.path("_meta");
                if (!FoundTemplate.isMarked(meta)) {
                    warnOfForeignPolicy(policy);
                    return CompletableFuture.completedFuture(null);
                } else if (meta.path(TemplateBody.RETENTION).asText().equals(body.retention())) {
                    return CompletableFuture.completedFuture(null);
                }
            }
            return server.put(policyPath, body.policy()).thenAccept(put -> {
                ensureAccepted("index lifecycle policy", put);
                log.info("Index lifecycle policy {} is in place", name);
            });
        });
    }

    private void warnOfForeignPolicy(JsonNode policy) {
        if (policy.path("phases").has("delete")) {
            log.info("Index lifecycle policy {} was made by somebody else and is left as it is", name);
        } else {
            log.warn(
                    "Index lifecycle policy {} was made by somebody else and is left as it is. It deletes nothing; {}",
                    name,
                    daily
                            ? "with retention.mode=auto or janitor the connector deletes old indices itself"
                            : "nothing deletes old documents");
        }
    }

    private CompletableFuture<Void> template(
            @Nullable FoundTemplate found, Retentions retentions, TemplateBody body, Deleter chosen, Deleter deleter) {
        if (deleter == Deleter.NOBODY && retentions.longest() != null) {
            log.warn("The server has no lifecycle for {}, so nothing deletes old documents", name);
        }
        boolean upToDate = found != null
                && found.version() == TemplateBody.VERSION
                && found.retentionNote().equals(body.retentionNote(chosen))
                && retentions.note(chosen).equals(found.connectors().get(settings.connector()));
        if (upToDate) {
            return CompletableFuture.completedFuture(null);
        }
        String json = knowsNoSubobjects ? body.templateWithoutSubobjects(chosen) : body.template(chosen);
        return server.put(templatePath, json).thenCompose(put -> {
            if (!knowsNoSubobjects
                    && put.status() == 400
                    && put.text().contains("unsupported parameters")
                    && put.text().contains("[subobjects ")) {
                knowsNoSubobjects = true;
                log.warn(
                        "The server is older than Elasticsearch 8.3: index {} refuses more JSON objects than a newer server",
                        name);
                return template(found, retentions, body, chosen, deleter);
            }
            if (deleter == Deleter.LIFECYCLE
                    && put.status() == 400
                    && put.text().contains("lifecycle")) {
                knowsNoLifecycle = true;
                return withoutLifecycle(found, retentions);
            }
            ensureAccepted("index template", put);
            foundMissing = false;
            log.info("Index template {} now has version {}", name, TemplateBody.VERSION);
            return deleter == Deleter.LIFECYCLE ? stream(body) : CompletableFuture.completedFuture(null);
        });
    }

    /** Before 8.11 a template with a lifecycle is refused, although the server has data streams. */
    private CompletableFuture<Void> withoutLifecycle(@Nullable FoundTemplate found, Retentions retentions) {
        CompletableFuture<Deleter> other = Deleter.isFree(settings)
                ? Deleter.withoutLifecycle(settings, server)
                : CompletableFuture.completedFuture(Deleter.NOBODY);
        return other.thenCompose(chosen -> {
            if (chosen != Deleter.ILM) {
                return tooOld();
            }
            log.info("The server has no lifecycle for data streams; {} gets an index lifecycle policy instead", name);
            TemplateBody body = new TemplateBody(settings, retentions);
            return policy(body, chosen).thenCompose(ready -> template(found, retentions, body, chosen, chosen));
        });
    }

    private CompletableFuture<Void> tooOld() {
        return server.get("/").thenAccept(answer -> {
            String version = answer.body().path("version").path("number").asText();
            throw new DestinationFault("index template: Elasticsearch " + (version.isEmpty() ? "before 8.11" : version)
                    + " has no lifecycle for data streams, which came with 8.11; set "
                    + TemplateSettings.RETENTION_MODE + " to ilm, or to none to keep documents forever");
        });
    }

    /** An existing stream does not take over changes of its template. */
    private CompletableFuture<Void> stream(TemplateBody body) {
        return server.put("/_data_stream/" + name + "/_lifecycle", "{\"data_retention\":\"" + body.retention() + "\"}")
                .thenAccept(answer -> {
                    if (answer.status() != 404) {
                        ensureAccepted("lifecycle of the data stream", answer);
                    }
                });
    }

    private void ensureAccepted(String what, JsonRequests.Answer answer) {
        if (!answer.isOk() || answer.fault() != null) {
            throw refused(what, answer);
        }
    }

    /** The exception for an answer that is not a success, or not Elasticsearch's: a fault, or a failure that may pass. */
    private CompletionException refused(String what, JsonRequests.Answer answer) {
        ConnectionFault fault = answer.fault();
        int status = answer.status();
        if (fault == null && (status == 408 || status == 429 || status >= 500)) {
            return new CompletionException(new IOException(what + ": " + answer.error()));
        }
        String cause = fault == null ? "" : ". " + fault.likelyCause();
        return new CompletionException(new DestinationFault(what + ": " + answer.error() + cause));
    }
}
