/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import io.kafkacourier.kafka.background.BackgroundExecutor;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.http.HttpEntity;
import org.apache.http.entity.ContentType;
import org.apache.http.nio.entity.NByteArrayEntity;
import org.apache.http.util.EntityUtils;
import org.elasticsearch.client.Request;
import org.elasticsearch.client.RequestOptions;
import org.elasticsearch.client.Response;
import org.elasticsearch.client.ResponseException;
import org.elasticsearch.client.ResponseListener;
import org.elasticsearch.client.RestClient;
import org.elasticsearch.client.WarningsHandler;
import org.jspecify.annotations.Nullable;

/**
 * Posts bulks and collects their replies; knows nothing of what an answer means. The HTTP client looks up host names in the
 * thread that hands it a request, so a thread of its own does that and nothing else. I/O threads only put replies on a
 * queue. To be used from one thread, which so waits for neither.
 */
final class BulkSender implements AutoCloseable {

    /**
     * The outcome of a request. Replies are not compared.
     *
     * @param bulk empty if the request was a {@link #check}
     * @param ordinal of the bulk among all that were sent, from 1; 0 for a check
     * @param sentMs the time that was given when it was sent
     * @param status 0 if there was no answer
     * @param product the header by which Elasticsearch identifies itself; null if the answer has none
     * @param failure null if there was an answer
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Reply(
            Bulk bulk,
            long ordinal,
            long sentMs,
            int status,
            @Nullable String product,
            byte[] body,
            @Nullable Exception failure) {

        boolean isToACheck() {
            return bulk.isEmpty();
        }
    }

    /** Understood by servers 8.x and 9.x. */
    private static final String ACCEPT = "application/vnd.elasticsearch+json; compatible-with=8";

    private static final ContentType NDJSON =
            ContentType.parse("application/vnd.elasticsearch+x-ndjson; compatible-with=8");
    private static final RequestOptions OPTIONS = RequestOptions.DEFAULT.toBuilder()
            .addHeader("Accept", ACCEPT)
            .setWarningsHandler(WarningsHandler.PERMISSIVE)
            .build();
    private static final byte[] NO_BODY = {};

    private final RestClient client;
    private final BiConsumer<Exception, Consumer<Exception>> explain;
    private final BlockingQueue<Reply> replies = new LinkedBlockingQueue<>();
    private final BackgroundExecutor sending = new BackgroundExecutor("courier-elasticsearch-send", Duration.ZERO);
    private long sent;
    private int inFlight;
    private int checksInFlight;

    BulkSender(RestClient client) {
        this(client, (failure, then) -> then.accept(failure));
    }

    /** @param explain looks for the reason of a failure, as {@link ElasticsearchClients#explain} does */
    BulkSender(RestClient client, BiConsumer<Exception, Consumer<Exception>> explain) {
        this.client = client;
        this.explain = explain;
    }

    /**
     * Posts a bulk and returns at once.
     *
     * @param patience how long the server may wait for a shard that is not there before it answers for its documents;
     *     below the client's own time-out
     */
    void send(Bulk bulk, long nowMs, Duration patience) {
        Request request = new Request("POST", "/_bulk");
        request.addParameter("filter_path", BulkReply.FILTER_PATH);
        request.addParameter("timeout", patience.toMillis() + "ms");
        request.setEntity(new NByteArrayEntity(bulk.bytes(), 0, bulk.length(), NDJSON));
        inFlight++;
        perform(request, bulk, ++sent, nowMs);
    }

    /** Asks the server for a sign of life, and returns at once. Any answer will do, whatever its status. */
    void check(long nowMs) {
        checksInFlight++;
        perform(new Request("HEAD", "/"), new Bulk(), 0, nowMs);
    }

    private void perform(Request request, Bulk bulk, long ordinal, long nowMs) {
        request.setOptions(OPTIONS);
        ResponseListener listener = new ResponseListener() {
            @Override
            public void onSuccess(Response response) {
                replies.add(reply(bulk, ordinal, nowMs, response));
            }

            @Override
            public void onFailure(Exception failure) {
                if (failure instanceof ResponseException answered) {
                    replies.add(reply(bulk, ordinal, nowMs, answered.getResponse()));
                } else {
                    explain.accept(
                            failure,
                            explained -> replies.add(new Reply(bulk, ordinal, nowMs, 0, null, NO_BODY, explained)));
                }
            }
        };
        sending.execute(() -> {
            try {
                client.performRequestAsync(request, listener);
            } catch (RuntimeException | Error neverSent) {
                listener.onFailure(ElasticsearchClients.exception(neverSent));
            }
        });
    }

    /** Ends the thread. Requests under way are not waited for. */
    @Override
    public void close() {
        sending.close();
    }

    /** How many bulks were sent so far. */
    long sent() {
        return sent;
    }

    /** Bulks whose reply was not taken yet. */
    int inFlight() {
        return inFlight;
    }

    /** Whether a check is under way. */
    boolean isChecking() {
        return checksInFlight > 0;
    }

    /** The next reply; null if there is none now. */
    @Nullable
    Reply poll() {
        return taken(replies.poll());
    }

    /** The next reply; null if none comes within that time. */
    @Nullable
    Reply poll(long timeoutMs) throws InterruptedException {
        return taken(replies.poll(timeoutMs, TimeUnit.MILLISECONDS));
    }

    private @Nullable Reply taken(@Nullable Reply reply) {
        if (reply != null && reply.isToACheck()) {
            checksInFlight--;
        } else if (reply != null) {
            inFlight--;
        }
        return reply;
    }

    /** The whole body is in memory by now: the client buffers it. */
    private static Reply reply(Bulk bulk, long ordinal, long sentMs, Response response) {
        try {
            HttpEntity entity = response.getEntity();
            byte[] body = entity == null ? NO_BODY : EntityUtils.toByteArray(entity);
            return new Reply(
                    bulk,
                    ordinal,
                    sentMs,
                    response.getStatusLine().getStatusCode(),
                    response.getHeader(ConnectionFault.PRODUCT_HEADER),
                    body,
                    null);
        } catch (IOException | RuntimeException unreadable) {
            return new Reply(bulk, ordinal, sentMs, 0, null, NO_BODY, unreadable);
        }
    }
}
