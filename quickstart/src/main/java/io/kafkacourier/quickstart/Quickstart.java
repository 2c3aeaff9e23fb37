/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.quickstart;

import java.nio.file.Path;
import java.util.Set;

/**
 * {@code mvn -Pquickstart}: starts broker, worker and Elasticsearch on this machine, sends messages through them,
 * checks and prints the results, and runs until Ctrl-C.
 *
 * <p>System properties: {@code quickstart.exit} ends it after the summary; {@code quickstart.input=FILE} sends events
 * from a file ({@link EventsFile}) instead of orders.
 */
public final class Quickstart {

    private static final String EXIT = "quickstart.exit";
    private static final String INPUT = "quickstart.input";

    private Quickstart() {}

    /**
     * Runs the quickstart in the directory of the first argument.
     *
     * @throws IllegalStateException if an expectation does not hold
     * @throws IllegalArgumentException if a property is unknown or the file is malformed
     */
    public static void main(String[] arguments) throws InterruptedException {
        refuseUnknownProperties();
        Console console = new Console(System.out);
        String input = System.getProperty(INPUT, "");
        Scenario scenario = input.isEmpty() ? new Orders() : new EventsFile(Path.of(input));

        console.heading("Kafka Connect Courier: " + scenario.title());
        // after Ctrl-C nothing needs to be done here, because no service outlives this JVM
        try (Stack stack = new Stack(Path.of(arguments[0]), console)) {
            stack.start();
            Report report = new Report(new Run(stack, scenario, console).execute());
            report.print(console);
            if (!report.isGood()) {
                throw new IllegalStateException("not every expectation of the quickstart holds; logs: "
                        + Path.of(arguments[0]).toAbsolutePath());
            }
            if (System.getProperty(EXIT) == null) {
                stayUp(stack, console);
            }
        }
    }

    private static void stayUp(Stack stack, Console console) throws InterruptedException {
        console.heading("The services run until you press Ctrl-C.");
        console.line("  Kafka          " + stack.bootstrapServers());
        console.line("  Kafka Connect  " + stack.connectUrl());
        console.line("  Elasticsearch  " + stack.elasticsearchUrl());
        console.heading("Try next:");
        console.line("  curl -s '" + stack.connectUrl() + "/connectors?expand=status'");
        console.line("  curl -s " + stack.connectUrl() + "/connectors/" + Run.TRACE_SINK + "/config");
        console.line("  curl -s '" + stack.elasticsearchUrl() + "/kafka-traces-*/_search?size=3&sort=@timestamp:desc'");
        Thread.currentThread().join();
    }

    private static void refuseUnknownProperties() {
        System.getProperties().stringPropertyNames().stream()
                .filter(name ->
                        name.startsWith("quickstart.") && !Set.of(EXIT, INPUT).contains(name))
                .findAny()
                .ifPresent(name -> {
                    throw new IllegalArgumentException(
                            "unknown property " + name + "; allowed: " + EXIT + ", " + INPUT + "=FILE");
                });
    }
}
