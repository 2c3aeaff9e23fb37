/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafkacourier.embedded.Directories;
import io.kafkacourier.embedded.EmbeddedConnect;
import io.kafkacourier.embedded.EmbeddedElasticsearch;
import io.kafkacourier.embedded.EmbeddedKafka;
import io.kafkacourier.embedded.KafkaTopics;
import io.kafkacourier.embedded.ServiceFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The commands in the documents work as a reader runs them, one after the other in a shell. Only addresses and the
 * folder of plugins are replaced. There is one broker, without automatic creation of topics.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DocumentedCommandsIT {

    private static final Path DIRECTORY =
            Path.of("target", "documented-commands-it").toAbsolutePath();
    /** The parts of a checkout that the commands need, with the addresses of this test. */
    private static final Path CHECKOUT = DIRECTORY.resolve("checkout");

    private static final Path PLUGINS = DIRECTORY.resolve("plugins");
    private static final Path TOOLS = DIRECTORY.resolve("tools");
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private static EmbeddedKafka kafka;
    private static EmbeddedElasticsearch elasticsearch;
    private static EmbeddedConnect connect;

    /** The output of a command, including errors. */
    private record Result(int status, String output) {}

    @BeforeAll
    static void start() throws IOException {
        Directories.delete(DIRECTORY);
        elasticsearch = new EmbeddedElasticsearch(DIRECTORY.resolve("elasticsearch"));
        elasticsearch.launch();
        kafka = new EmbeddedKafka(DIRECTORY.resolve("kafka"));
        kafka.start();
        Directories.create(PLUGINS);
        connect = new EmbeddedConnect("documented", kafka.bootstrapServers(), PLUGINS, DIRECTORY.resolve("connect"));
        checkOut();
        tool("kafka-topics.sh", "org.apache.kafka.tools.TopicCommand");
        tool("kafka-configs.sh", "kafka.admin.ConfigCommand");
        tool("kafka-console-producer.sh", "org.apache.kafka.tools.ConsoleProducer");
        tool("kafka-console-consumer.sh", "org.apache.kafka.tools.consumer.ConsoleConsumer");
    }

    @AfterAll
    static void stop() {
        connect.close();
        kafka.close();
        elasticsearch.close();
    }

    @Test
    @Order(1)
    void theReadmeLeadsToADelayedAndRoutedOrder() throws Exception {
        List<String> blocks = shellBlocks("README.md").stream()
                .filter(block -> !block.startsWith("mvn "))
                .toList();
        int installed = blocks.indexOf(blocks.stream()
                .filter(block -> block.startsWith("cp "))
                .findFirst()
                .orElseThrow());

        for (String block : blocks.subList(0, installed + 1)) {
            assertSucceeds(block);
        }
        try (Stream<Path> files = Files.list(PLUGINS)) {
            assertThat(files.map(Path::getFileName))
                    .containsExactly(ServiceFiles.bundleJar().getFileName());
        }
        connect.start();
        elasticsearch.awaitReady();
        String printed = "";
        for (String block : blocks.subList(installed + 1, blocks.size())) {
            printed = assertSucceeds(block);
            awaitNoTaskFailed();
        }

        assertThat(printed)
                .as("output of the last command, a consumer")
                .contains("tenant_id:acme", "__courier.origin.topic:orders", "{\"type\":\"order.created\"")
                .doesNotContain("deprecated")
                .doesNotContain("delay:5s");
        assertThat(connect.rest().isRunning("trace-sink", 1)).isTrue();
    }

    @Test
    @Order(2)
    void theConsumptionOfAConnectorIsSetBackAsDelayMdDescribes() {
        for (String command : shellBlocks("docs/delay.md").stream()
                .filter(block -> block.contains("/offsets"))
                .flatMap(DocumentedCommandsIT::commands)
                .toList()) {
            // a connector stops in the background
            await().atMost(LIMIT)
                    .until(
                            () -> run(command),
                            result -> result.status() == 0 && !result.output().contains("error_code"));
        }

        await().atMost(LIMIT)
                .until(() -> connect.rest().offsets("delay-orders").toString(), offsets -> offsets.contains("120"));
    }

    @Test
    @Order(3)
    void theEventsOfAMessageAreFoundAsTraceMdDescribes() {
        List<String> searches = Pattern.compile("(?m)^curl .*localhost:9200/.*$")
                .matcher(read("docs/trace.md"))
                .results()
                .map(match -> match.group())
                .toList();

        assertThat(searches)
                .isNotEmpty()
                .allSatisfy(search ->
                        assertThat(assertSucceeds(search)).contains("\"hits\"").doesNotContain("\"error\""));
    }

    @Test
    @Order(4)
    void aTopicOfOffsetsIsCreatedAndOffsetsAreMovedAsRecoveryMdDescribes() {
        for (String block : shellBlocks("docs/recovery.md")) {
            if (block.contains("/status")) {
                await().atMost(LIMIT)
                        .until(
                                () -> run(block).output(),
                                status -> status.contains("\"STOPPED\"") && status.contains("\"tasks\":[]"));
            } else {
                assertSucceeds(block);
            }
        }

        await().atMost(LIMIT).until(() -> connect.rest().isRunning("delay-orders", 1));
        try (KafkaTopics topics = new KafkaTopics(kafka.bootstrapServers())) {
            assertThat(topics.settings("delay-orders-offsets"))
                    .containsEntry("cleanup.policy", "compact")
                    .containsEntry("segment.bytes", "16777216");
        }
    }

    @Test
    void routeCheckPrintsTheOutputInRoutingMd() throws IOException {
        String block = blocks("docs/routing.md", "")
                .filter(text -> text.startsWith("$ java "))
                .findFirst()
                .orElseThrow();
        int end = block.indexOf("\nEOF\n") + "\nEOF\n".length();
        Files.copy(ServiceFiles.bundleJar(), CHECKOUT.resolve("config-examples/kafka-connect-courier.jar"));

        Result result = run("cd config-examples\n" + block.substring("$ ".length(), end));

        assertThat(result.output()).isEqualToNormalizingNewlines(block.substring(end));
    }

    @Test
    void everyProfileInACommandExists() throws IOException {
        String build = read("pom.xml");
        List<String> documents = new ArrayList<>(List.of("README.md", "CONTRIBUTING.md", ".ci/run"));
        try (Stream<Path> files = Files.list(ServiceFiles.projectFile("docs"))) {
            files.map(file -> "docs/" + file.getFileName()).forEach(documents::add);
        }

        for (String document : documents) {
            Pattern.compile("mvn [^`\\n]*?-P(\\w+)")
                    .matcher(read(document))
                    .results()
                    .forEach(match -> assertThat(build)
                            .as("%s: %s", document, match.group())
                            .contains("<id>" + match.group(1) + "</id>"));
        }
    }

    private static void awaitNoTaskFailed() {
        for (String name : List.of("delay-orders", "route-orders", "trace-sink")) {
            assertThat(connect.rest().failures(name)).as(name).isEmpty();
        }
    }

    private static String assertSucceeds(String script) {
        // a rebalancing worker answers 409, and the document tells the reader to repeat the command
        Result result = await().atMost(LIMIT)
                .until(() -> run(script), answer -> !answer.output().contains("\"error_code\":409"));
        assertThat(result.status()).as("%s%n%s", script, result.output()).isZero();
        assertThat(result.output()).as(script).doesNotContain("error_code");
        return result.output();
    }

    private static Result run(String script) {
        try {
            Path output = Files.createTempFile(DIRECTORY, "output", ".txt");
            ProcessBuilder builder = new ProcessBuilder("bash", "-euo", "pipefail", "-c", adapted(script))
                    .directory(CHECKOUT.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            Map<String, String> environment = builder.environment();
            environment.put("PATH", TOOLS + ":" + environment.get("PATH"));
            // the launcher prints a line if it uses options from this variable
            environment.remove("JDK_JAVA_OPTIONS");
            Process process = builder.start();
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                throw new AssertionError(script + " does not end: " + Files.readString(output));
            }
            return new Result(process.exitValue(), Files.readString(output));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static String adapted(String text) {
        return text.replace("localhost:9092", kafka.bootstrapServers())
                .replace("localhost:9200", elasticsearch.url().getAuthority())
                .replace("localhost:8083", connect.url().getAuthority())
                .replace("/opt/connect/plugins", PLUGINS.toString());
    }

    private static void checkOut() throws IOException {
        Path examples = Directories.create(CHECKOUT.resolve("config-examples"));
        try (Stream<Path> files = Files.list(ServiceFiles.configExamples())) {
            for (Path file : files.toList()) {
                Files.writeString(examples.resolve(file.getFileName()), adapted(Files.readString(file)));
            }
        }
        Path packaged = Directories.create(CHECKOUT.resolve("dist/target"));
        for (Path file : List.of(ServiceFiles.bundleJar(), ServiceFiles.clientsJar(), ServiceFiles.bundleZip())) {
            Files.copy(file, packaged.resolve(file.getFileName()));
        }
    }

    /** Creates a program like Kafka's own scripts, on the {@code PATH} of the commands. */
    private static void tool(String name, String mainClass) throws IOException {
        Path script = Directories.create(TOOLS).resolve(name);
        Files.writeString(
                script,
                "#!/bin/sh\nexec '%s' -XX:TieredStopAtLevel=1 -cp '%s' %s \"$@\"\n"
                        .formatted(
                                Path.of(System.getProperty("java.home"), "bin", "java"),
                                ServiceFiles.brokerClassPath(),
                                mainClass));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** The commands of a block, each with its continuation lines. */
    private static Stream<String> commands(String block) {
        return Stream.of(block.replace("\\\n", " ").split("\n"));
    }

    private static List<String> shellBlocks(String document) {
        return blocks(document, "sh").toList();
    }

    private static Stream<String> blocks(String document, String language) {
        return Pattern.compile("(?ms)^```(\\w*)\\n(.*?)^```$")
                .matcher(read(document))
                .results()
                .filter(match -> match.group(1).equals(language))
                .map(match -> match.group(2));
    }

    private static String read(String document) {
        try {
            return Files.readString(ServiceFiles.projectFile(document), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
