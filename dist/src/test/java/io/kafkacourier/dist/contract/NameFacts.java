/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.dist.contract;

import io.kafkacourier.delay.DelayForms;
import io.kafkacourier.redrive.RedriveForms;
import io.kafkacourier.retry.RetryForms;
import io.kafkacourier.source.SourceForms;
import io.kafkacourier.source.config.SourceConfig;
import io.kafkacourier.source.tier.TierNames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Facts about Maven coordinates, and about topics, groups and client ids with the connector's name. */
final class NameFacts {

    private static final String CONNECTOR = "<connector>";
    private static final String COORDINATES =
            "(?s).*?<groupId>(.*?)</groupId>.*?</parent>.*?<artifactId>(.*?)</artifactId>.*";

    static final SourceConfig DELAY = DelayForms.config(Map.of(
            "name", CONNECTOR,
            "bootstrap.servers", "localhost:9092",
            "topics", "orders",
            "target.topics.allow", ".*"));
    static final SourceConfig RETRY = RetryForms.config(Map.of(
            "name", CONNECTOR,
            "bootstrap.servers", "localhost:9092",
            "topics", "orders.dlq",
            "retry.topic", "orders.retry",
            "dead.letter.topic", "orders.dead"));

    private NameFacts() {}

    static List<Fact> all() {
        return List.of(
                Fact.of("artifact", "the bundle", coordinates("dist")),
                Fact.of("artifact", "the jar for plain clients", coordinates("clients")),
                Fact.of("topic", "tier of 300 s", TierNames.of("", CONNECTOR).topic(300)),
                Fact.of(
                        "topic",
                        "tier of 300 s with tiers.prefix=p.",
                        TierNames.of("p.", CONNECTOR).topic(300)),
                Fact.of("topic", "control topic of a redrive", RedriveForms.controlTopic()),
                Fact.of("group", "delay", DELAY.progressGroup()),
                Fact.of("group", "retry", RETRY.progressGroup()),
                Fact.of("client id", "delay", SourceForms.clientIds(DELAY)),
                Fact.of("client id", "retry", SourceForms.clientIds(RETRY)));
    }

    private static String coordinates(String module) {
        try {
            String pom = Files.readString(Path.of("..", module, "pom.xml"));
            return pom.replaceFirst(COORDINATES, "$1:$2");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
