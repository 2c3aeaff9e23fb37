/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch.bulk;

import io.kafkacourier.elasticsearch.connection.ConnectionFault;
import io.kafkacourier.elasticsearch.connection.ElasticsearchClients;
import io.kafkacourier.kafka.background.BackgroundExecutor;
import io.kafkacourier.sink.Batch;
import io.kafkacourier.sink.Response;
import io.kafkacourier.sink.Transport;
import java.io.IOException;
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.http.HttpEntity;
import org.apache.http.entity.ContentType;
import org.apache.http.nio.entity.NByteArrayEntity;
import org.apache.http.util.EntityUtils;
import org.elasticsearch.client.Request;
import org.elasticsearch.client.RequestOptions;
import org.elasticsearch.client.ResponseException;
import org.elasticsearch.client.ResponseListener;
import org.elasticsearch.client.RestClient;
import org.elasticsearch.client.WarningsHandler;
import org.jspecify.annotations.Nullable;

/**
 * Posts batches as bulk requests. The HTTP client looks up host names in the thread that hands it a request, so a thread of
 * its own does that and nothing else: the task waits neither for the server nor for a name server.
 */
public final class BulkTransport implements Transport, AutoCloseable {

    /** Understood by servers 8.x and 9.x. */
    private static final String ACCEPT = "application/vnd.elasticsearch+json; compatible-with=8";

    private static final ContentType NDJSON =
            ContentType.parse("application/vnd.elasticsearch+x-ndjson; compatible-with=8");
    private static final RequestOptions OPTIONS = RequestOptions.DEFAULT.toBuilder()
            .addHeader("Accept", ACCEPT)
            .setWarningsHandler(WarningsHandler.PERMISSIVE)
            .build();
    private static final byte[] NO_BODY = {};

    /** An answer of the server. Answers are not compared. */
    @SuppressWarnings("ArrayRecordComponent")
    record Answer(int status, @Nullable String product, byte[] body) {}

    private final RestClient client;
    private final BiConsumer<Exception, Consumer<Exception>> explain;
    private final BackgroundExecutor sending = new BackgroundExecutor("courier-elasticsearch-send", Duration.ZERO);

    /** For the clients of a connection, which are closed by their owner, after this. */
    public BulkTransport(ElasticsearchClients clients) {
        this(clients.rest(), clients::explain);
    }

    /** @param explain looks for the reason of a failure, as {@link ElasticsearchClients#explain} does */
    BulkTransport(RestClient client, BiConsumer<Exception, Consumer<Exception>> explain) {
        this.client = client;
        this.explain = explain;
    }

    /** {@inheritDoc} The patience has to be shorter than the client's own timeout. */
    @Override
    public void send(Batch batch, Duration patience, Consumer<Supplier<Response>> answered) {
        Request request = new Request("POST", "/_bulk");
        request.addParameter("filter_path", BulkReply.FILTER_PATH);
        request.addParameter("timeout", patience.toMillis() + "ms");
        request.setEntity(new NByteArrayEntity(batch.bytes(), 0, batch.length(), NDJSON));
        int operations = batch.count();
        perform(request, answer -> BulkAnswer.of(answer, operations), answered);
    }

    @Override
    public void check(Consumer<Supplier<Response>> answered) {
        perform(new Request("HEAD", "/"), answer -> BulkAnswer.ofCheck(answer.status()), answered);
    }

    private void perform(Request request, Function<Answer, Response> meaning, Consumer<Supplier<Response>> answered) {
        request.setOptions(OPTIONS);
        ResponseListener listener = new ResponseListener() {
            @Override
            public void onSuccess(org.elasticsearch.client.Response response) {
                take(response);
            }

            @Override
            public void onFailure(Exception failure) {
                if (failure instanceof ResponseException refused) {
                    take(refused.getResponse());
                } else {
                    explain.accept(failure, explained -> answered.accept(() -> BulkAnswer.ofFailure(explained)));
                }
            }

            private void take(org.elasticsearch.client.Response response) {
                try {
                    Answer answer = answer(response);
                    answered.accept(() -> meaning.apply(answer));
                } catch (IOException | RuntimeException unreadable) {
                    answered.accept(() -> BulkAnswer.ofFailure(unreadable));
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

    /** The client has buffered the whole body by now. */
    private static Answer answer(org.elasticsearch.client.Response response) throws IOException {
        HttpEntity entity = response.getEntity();
        byte[] body = entity == null ? NO_BODY : EntityUtils.toByteArray(entity);
        return new Answer(
                response.getStatusLine().getStatusCode(), response.getHeader(ConnectionFault.PRODUCT_HEADER), body);
    }
}
