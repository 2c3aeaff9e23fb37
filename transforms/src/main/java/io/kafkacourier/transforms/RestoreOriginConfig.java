/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.transforms;

import io.kafkacourier.core.topic.AllowedTopics;
import io.kafkacourier.kafka.config.ConfigDefinition;
import io.kafkacourier.kafka.config.TopicNameList;
import io.kafkacourier.kafka.config.TopicPattern;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.CompositeValidator;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.NonEmptyString;

/** The configuration of {@link RestoreOrigin}. */
final class RestoreOriginConfig extends AbstractConfig {

    static final String TOPICS_ALLOW = "topics.allow";
    static final String TOPICS_ALLOW_INTERNAL = "topics.allow.internal";

    static final ConfigDef DEFINITION = new ConfigDefinition()
            .key(
                    TOPICS_ALLOW,
                    ConfigDef.Type.STRING,
                    ConfigDef.NO_DEFAULT_VALUE,
                    CompositeValidator.of(new NonEmptyString(), new TopicPattern()),
                    Importance.HIGH,
                    "A regular expression (RE2) that must match the whole name of the origin topic. It limits what"
                            + " anyone who can write the headers of a record can choose. .* allows every topic except"
                            + " those that topics.allow.internal describes. A record with another origin topic stays as"
                            + " it is, and the log counts such records.")
            .key(
                    TOPICS_ALLOW_INTERNAL,
                    ConfigDef.Type.LIST,
                    List.of(),
                    new TopicNameList(),
                    Importance.LOW,
                    "The names of the internal topics that records may have as their origin topic, even if topics.allow"
                            + " does not match them. A topic is internal if its name starts with '_' or ends with"
                            + " -configs, -offsets or -status. Kafka, Connect and other tools keep their state in such"
                            + " topics. Empty, the default: none.")
            .toConfigDef();

    /** @throws org.apache.kafka.common.config.ConfigException with key, value and what is allowed */
    RestoreOriginConfig(Map<String, ?> properties) {
        super(DEFINITION, properties, false);
    }

    AllowedTopics allowedTopics() {
        return AllowedTopics.matching(getString(TOPICS_ALLOW)).withInternal(getList(TOPICS_ALLOW_INTERNAL));
    }
}
