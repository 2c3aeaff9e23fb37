/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.indexing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;

/** The JDK's HTTP client, which only posts prebuilt request bodies. */
final class PrebuiltBulks implements Runnable {

    private final HttpClient client = HttpClient.newHttpClient();
    private final List<HttpRequest> requests = new ArrayList<>();

    PrebuiltBulks(Workload workload) {
        ByteArrayOutputStream body = new ByteArrayOutputStream(Workload.BULK_BYTES);
        int count = 0;
        for (Workload.Event event : workload.events()) {
            byte[] action = "{\"create\":{\"_index\":\"%s\",\"_id\":\"%s\"}}\n"
                    .formatted(workload.index(), event.id())
                    .getBytes(UTF_8);
            int length = action.length + event.json().length + 1;
            if (count == Workload.BULK_EVENTS || body.size() + length > Workload.BULK_BYTES) {
                requests.add(request(workload, body.toByteArray()));
                body.reset();
                count = 0;
            }
            body.writeBytes(action);
            body.writeBytes(event.json());
            body.write('\n');
            count++;
        }
        requests.add(request(workload, body.toByteArray()));
    }

    private static HttpRequest request(Workload workload, byte[] body) {
        return HttpRequest.newBuilder(workload.server().resolve("/_bulk?filter_path=errors"))
                .header("Content-Type", "application/x-ndjson")
                .POST(BodyPublishers.ofByteArray(body))
                .build();
    }

    @Override
    public void run() {
        Semaphore free = new Semaphore(Workload.IN_FLIGHT);
        List<CompletableFuture<Void>> answers = new ArrayList<>();
        for (HttpRequest request : requests) {
            free.acquireUninterruptibly();
            answers.add(client.sendAsync(request, BodyHandlers.ofString())
                    .whenComplete((answer, failure) -> free.release())
                    .thenAccept(PrebuiltBulks::requireDone));
        }
        answers.forEach(CompletableFuture::join);
    }

    private static void requireDone(HttpResponse<String> answer) {
        if (answer.statusCode() != 200 || !answer.body().contains("\"errors\":false")) {
            throw new IllegalStateException(answer.statusCode() + " " + answer.body());
        }
    }
}
