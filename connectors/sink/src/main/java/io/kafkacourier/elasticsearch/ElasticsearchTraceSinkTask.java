/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import io.kafkacourier.core.CourierVersion;
import io.kafkacourier.elasticsearch.bulk.BulkTransport;
import io.kafkacourier.elasticsearch.bulk.CreateOperation;
import io.kafkacourier.elasticsearch.connection.ElasticsearchClients;
import io.kafkacourier.elasticsearch.document.Document;
import io.kafkacourier.elasticsearch.document.Documents;
import io.kafkacourier.elasticsearch.template.TemplateWatch;
import io.kafkacourier.kafka.metrics.MetricPublisher;
import io.kafkacourier.sink.DeliverySettings;
import io.kafkacourier.sink.DestinationSetup;
import io.kafkacourier.sink.RecordEncoder;
import io.kafkacourier.sink.TargetSystem;
import io.kafkacourier.sink.TaskDelivery;
import java.time.Clock;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;
import org.jspecify.annotations.Nullable;

/** Delivers the documents of records to Elasticsearch: it translates Connect's calls for {@link TaskDelivery}. */
public final class ElasticsearchTraceSinkTask extends SinkTask {

    /** What exists between {@code start} and {@code stop}. */
    private record Session(
            ElasticsearchClients clients, BulkTransport transport, TaskDelivery delivery, MetricPublisher publisher) {}

    private final Clock clock;
    private final LongSupplier tickerMs;
    private final RandomGenerator random;
    private @Nullable Session session;

    /** For Connect. */
    public ElasticsearchTraceSinkTask() {
        this(Clock.systemUTC(), () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()), new Random());
    }

    ElasticsearchTraceSinkTask(Clock clock, LongSupplier tickerMs, RandomGenerator random) {
        this.clock = clock;
        this.tickerMs = tickerMs;
        this.random = random;
    }

    @Override
    public String version() {
        return CourierVersion.get();
    }

    @Override
    public void start(Map<String, String> properties) {
        ElasticsearchTraceSinkConfig.checked(properties).throwIfAny();
        ElasticsearchTraceSinkConfig config = new ElasticsearchTraceSinkConfig(properties);
        ElasticsearchClients clients = ElasticsearchClients.open(
                config.connection(),
                config.delivery().maxInFlight() + TaskDelivery.OTHER_REQUESTS,
                config.compression());
        try {
            session = session(config, clients, properties.getOrDefault(ElasticsearchTraceSinkConfig.TASK, "0"));
        } catch (RuntimeException e) {
            clients.close();
            throw e;
        }
    }

    private Session session(ElasticsearchTraceSinkConfig config, ElasticsearchClients clients, String number) {
        DeliverySettings settings = config.delivery();
        TraceSinkMetrics metrics = new TraceSinkMetrics();
        BulkTransport transport = new BulkTransport(clients);
        TargetSystem target = new TargetSystem(
                "Elasticsearch",
                "index",
                config.connection().requestTimeout(),
                encoder(config.documents(clock, metrics::unsampled)),
                transport,
                setup(config, clients, settings));
        TaskDelivery delivery = new TaskDelivery(context, target, settings, metrics.delivery(), random, tickerMs);
        return new Session(clients, transport, delivery, metrics.publish(config.connector(), number));
    }

    private static RecordEncoder encoder(Documents documents) {
        return record -> {
            Document document = documents.of(record);
            return document == null ? null : new CreateOperation(document);
        };
    }

    private DestinationSetup setup(
            ElasticsearchTraceSinkConfig config, ElasticsearchClients clients, DeliverySettings settings) {
        return config.template().isManaged()
                ? new TemplateWatch(clients, config.template(), settings.backoff(random), tickerMs.getAsLong())
                : DestinationSetup.NONE;
    }

    @Override
    public void open(Collection<TopicPartition> partitions) {
        delivery().open(partitions);
    }

    @Override
    public void put(Collection<SinkRecord> records) {
        delivery().put(records);
    }

    @Override
    public Map<TopicPartition, OffsetAndMetadata> preCommit(Map<TopicPartition, OffsetAndMetadata> currentOffsets) {
        return delivery().preCommit(currentOffsets);
    }

    @Override
    public void close(Collection<TopicPartition> partitions) {
        delivery().close(partitions);
    }

    @Override
    public void stop() {
        if (session != null) {
            session.transport().close();
            session.clients().close();
            session.publisher().close();
            session = null;
        }
    }

    private TaskDelivery delivery() {
        return Objects.requireNonNull(session, "the task was not started").delivery();
    }
}
