/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.indexing;

import co.elastic.clients.elasticsearch.ElasticsearchAsyncClient;
import co.elastic.clients.elasticsearch._helpers.bulk.BulkIngester;
import co.elastic.clients.json.jackson.JacksonJsonpMapper;
import co.elastic.clients.transport.rest_client.RestClientTransport;
import co.elastic.clients.util.BinaryData;
import co.elastic.clients.util.ContentType;
import java.util.List;
import org.apache.http.HttpHost;
import org.elasticsearch.client.RestClient;

/**
 * The bulk helper of Elasticsearch's Java client. It gets the documents as bytes, so that it does not serialize
 * objects.
 */
final class Ingester implements Runnable {

    private final String index;
    private final List<Workload.Event> events;
    private final ElasticsearchAsyncClient client;

    Ingester(Workload workload) {
        index = workload.index();
        events = workload.events();
        client = new ElasticsearchAsyncClient(new RestClientTransport(
                RestClient.builder(HttpHost.create(workload.server().toString()))
                        .build(),
                new JacksonJsonpMapper()));
    }

    @Override
    public void run() {
        try (BulkIngester<Void> ingester = BulkIngester.of(settings -> settings.client(client)
                .maxOperations(Workload.BULK_EVENTS)
                .maxSize(Workload.BULK_BYTES)
                .maxConcurrentRequests(Workload.IN_FLIGHT))) {
            for (Workload.Event event : events) {
                BinaryData document = BinaryData.of(event.json(), ContentType.APPLICATION_JSON);
                ingester.add(operation -> operation.create(
                        create -> create.index(index).id(event.id()).document(document)));
            }
        }
    }
}
