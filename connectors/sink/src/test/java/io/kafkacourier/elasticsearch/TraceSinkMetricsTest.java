/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.kafkacourier.kafka.metrics.Metric;
import io.kafkacourier.kafka.metrics.MetricPublisher;
import io.kafkacourier.sink.CountedDelivery;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

class TraceSinkMetricsTest {

    private static final Path DOCUMENT = Path.of("..", "..", "docs", "elasticsearch.md");

    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    private final TraceSinkMetrics metrics = new TraceSinkMetrics();

    /** Dashboards and exporters rely on names, on types, and on text being text. */
    @Test
    void publishesEachAttributeUnderItsNameWithItsTypeAndValue() throws Exception {
        CountedDelivery.count(metrics.delivery());
        metrics.unsampled();

        try (MetricPublisher publisher = metrics.publish("all", "0")) {
            assertThat(publisher).isNotNull();
            assertThat(values("all"))
                    .isEqualTo(Map.ofEntries(
                            Map.entry("Documents", 1L),
                            Map.entry("Duplicates", 2L),
                            Map.entry("Retries", 3L),
                            Map.entry("Bytes", 42L),
                            Map.entry("Requests", 2L),
                            Map.entry("LastBulkLatencyMs", 6L),
                            Map.entry("Refused", 7L),
                            Map.entry("Skipped", 8L),
                            Map.entry("UnsampledRecords", 1L),
                            Map.entry("BufferedBytes", 10L),
                            Map.entry("InFlight", 11),
                            Map.entry("OldestPendingMs", 12L),
                            Map.entry("FaultyIndices", 13),
                            Map.entry("PausedPartitions", 14),
                            Map.entry("LastError", "503 unavailable"),
                            Map.entry("DestinationFault", 1)));
            assertThat(types("all"))
                    .containsEntry("Documents", "long")
                    .containsEntry("InFlight", "int")
                    .containsEntry("LastError", "java.lang.String")
                    .hasSize(TraceSinkMetric.values().length);
        }
    }

    @Test
    void survivesTheLateCloseOfAnEarlierTask() throws Exception {
        TraceSinkMetrics later = new TraceSinkMetrics();
        MetricPublisher earlierPublished = metrics.publish("overlap", "0");
        MetricPublisher laterPublished = later.publish("overlap", "0");
        CountedDelivery.count(later.delivery());

        earlierPublished.close();

        assertThat(server.getAttribute(name("overlap"), "Documents")).isEqualTo(1L);
        laterPublished.close();
        assertThat(server.isRegistered(name("overlap"))).isFalse();
    }

    @Test
    void isWithdrawnOnceAndNeverFails() throws Exception {
        MetricPublisher published = metrics.publish("once", "0");
        server.unregisterMBean(name("once"));
        assertThatCode(published::close).doesNotThrowAnyException();
        assertThatCode(published::close).doesNotThrowAnyException();
    }

    @Test
    void theDocumentSaysWhatTheMetricsSay() throws IOException {
        String document = Files.readString(DOCUMENT);
        int from = document.indexOf("| attribute | meaning |");
        int to = document.indexOf("\n\n", from) + 1;
        String generated = document.substring(0, from) + table() + document.substring(to);
        if (Boolean.getBoolean("docs.update")) {
            Files.writeString(DOCUMENT, generated);
        }

        assertThat(Files.readString(DOCUMENT))
                .as("docs/elasticsearch.md; to update it: mvn test -pl connectors/sink -am -Ddocs.update=true")
                .isEqualTo(generated);
    }

    private static String table() {
        return Arrays.stream(TraceSinkMetric.values())
                .map(TraceSinkMetric::metric)
                .map(TraceSinkMetricsTest::row)
                .collect(Collectors.joining("", "| attribute | meaning |\n|---|---|\n", ""));
    }

    private static String row(Metric metric) {
        return "| `" + metric.name() + "` | " + metric.description() + " |\n";
    }

    private Map<String, Object> values(String connector) throws Exception {
        Map<String, Object> values = new HashMap<>();
        for (String attribute : types(connector).keySet()) {
            values.put(attribute, Objects.requireNonNull(server.getAttribute(name(connector), attribute)));
        }
        return values;
    }

    private Map<String, String> types(String connector) throws Exception {
        return Arrays.stream(server.getMBeanInfo(name(connector)).getAttributes())
                .collect(Collectors.toMap(MBeanAttributeInfo::getName, MBeanAttributeInfo::getType));
    }

    private static ObjectName name(String connector) throws Exception {
        return new ObjectName(
                "io.kafkacourier:type=elasticsearch-trace-sink,connector=\"" + connector + "\",task=\"0\"");
    }
}
