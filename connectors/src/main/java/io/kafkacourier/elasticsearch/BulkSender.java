/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
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
 * Posts bulks and collects what came of them; knows nothing of what an answer means. I/O threads do nothing but put
 * results on a queue, which the one thread that sends also drains.
 */
final class BulkSender {

    /**
     * What came of a request. Replies are not compared.
     *
     * @param sentMs the time that {@link #send} was given
     * @param status 0 where there was no answer
     * @param failure null where there was one
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Reply(
            Bulk bulk,
            long sentMs,
            int status,
            byte[] body,
            @Nullable Exception failure) {}

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
    private final BlockingQueue<Reply> replies = new LinkedBlockingQueue<>();
    private int inFlight;

    BulkSender(RestClient client) {
        this.client = client;
    }

    /** Posts a bulk and returns at once. */
    void send(Bulk bulk, long nowMs) {
        Request request = new Request("POST", "/_bulk");
        request.addParameter("filter_path", BulkReply.FILTER_PATH);
        request.setEntity(new NByteArrayEntity(bulk.bytes(), 0, bulk.length(), NDJSON));
        request.setOptions(OPTIONS);
        inFlight++;
        client.performRequestAsync(request, new ResponseListener() {
            @Override
            public void onSuccess(Response response) {
                replies.add(reply(bulk, nowMs, response));
            }

            @Override
            public void onFailure(Exception failure) {
                replies.add(
                        failure instanceof ResponseException answered
                                ? reply(bulk, nowMs, answered.getResponse())
                                : new Reply(bulk, nowMs, 0, NO_BODY, failure));
            }
        });
    }

    /** Requests whose reply was not taken yet. */
    int inFlight() {
        return inFlight;
    }

    /** The next reply; null where there is none now. */
    @Nullable
    Reply poll() {
        return taken(replies.poll());
    }

    /** The next reply; null where none comes within that time. */
    @Nullable
    Reply poll(long timeoutMs) throws InterruptedException {
        return taken(replies.poll(timeoutMs, TimeUnit.MILLISECONDS));
    }

    private @Nullable Reply taken(@Nullable Reply reply) {
        if (reply != null) {
            inFlight--;
        }
        return reply;
    }

    /** The whole body is in memory by now: the client buffers it. */
    private static Reply reply(Bulk bulk, long sentMs, Response response) {
        try {
            HttpEntity entity = response.getEntity();
            byte[] body = entity == null ? NO_BODY : EntityUtils.toByteArray(entity);
            return new Reply(bulk, sentMs, response.getStatusLine().getStatusCode(), body, null);
        } catch (IOException | RuntimeException unreadable) {
            return new Reply(bulk, sentMs, 0, NO_BODY, unreadable);
        }
    }
}
