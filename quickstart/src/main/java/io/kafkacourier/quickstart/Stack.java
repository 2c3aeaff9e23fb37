/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.quickstart;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kafkacourier.embedded.ConnectRest;
import io.kafkacourier.embedded.Directories;
import io.kafkacourier.embedded.EmbeddedConnect;
import io.kafkacourier.embedded.EmbeddedElasticsearch;
import io.kafkacourier.embedded.EmbeddedKafka;
import io.kafkacourier.embedded.HttpJson;
import io.kafkacourier.embedded.KafkaTopics;
import io.kafkacourier.embedded.ServiceFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** A broker, a worker with the packaged bundle in its {@code plugin.path}, and Elasticsearch. */
final class Stack implements AutoCloseable {

    private final EmbeddedKafka kafka;
    private final EmbeddedElasticsearch elasticsearch;
    private final EmbeddedConnect connect;
    private final Console console;

    /** Prepares the services in {@code directory}, which is emptied first. */
    Stack(Path directory, Console console) {
        this.console = console;
        Directories.delete(directory);
        Path plugins = Directories.create(directory.resolve("plugins"));
        Path bundle = ServiceFiles.bundleJar();
        try {
            Files.copy(bundle, plugins.resolve(bundle.getFileName().toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        kafka = new EmbeddedKafka(directory.resolve("kafka"));
        connect = new EmbeddedConnect("quickstart", kafka.bootstrapServers(), plugins, directory.resolve("connect"));
        elasticsearch = new EmbeddedElasticsearch(directory.resolve("elasticsearch"));
    }

    /** Starts all services, and returns when all of them answer. */
    void start() {
        elasticsearch.launch();
        console.step("Kafka broker", kafka::start);
        console.step("Connect worker with the bundle in its plugin.path", connect::start);
        console.step("Elasticsearch", elasticsearch::awaitReady);
    }

    KafkaTopics topics() {
        return new KafkaTopics(kafka.bootstrapServers());
    }

    ConnectRest connect() {
        return connect.rest();
    }

    HttpJson elasticsearch() {
        return elasticsearch.http();
    }

    String bootstrapServers() {
        return kafka.bootstrapServers();
    }

    URI connectUrl() {
        return connect.url();
    }

    URI elasticsearchUrl() {
        return elasticsearch.url();
    }

    /** Applies a file of {@code config-examples/} to the worker; only the addresses in it are replaced. */
    void apply(String example) {
        Path file = ServiceFiles.configExamples().resolve(example + ".json");
        Map<String, String> config;
        try {
            config = new ObjectMapper().readValue(file.toFile(), new TypeReference<LinkedHashMap<String, String>>() {});
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
        config.replaceAll((key, value) -> switch (value) {
            case "localhost:9092" -> kafka.bootstrapServers();
            case "http://localhost:9200" -> elasticsearch.url().toString();
            default -> value;
        });
        connect.rest().putConnector(example, config);
    }

    @Override
    public void close() {
        connect.close();
        kafka.close();
        elasticsearch.close();
    }
}
