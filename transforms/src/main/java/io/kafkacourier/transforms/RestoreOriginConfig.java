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

/** What {@link RestoreOrigin} is configured with. */
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
                    "A regular expression (RE2) that matches the whole names of the topics that records may be given back,"
                            + " because whoever writes a record can write its headers. .* allows every topic but those"
                            + " that topics.allow.internal describes. A record that names another topic is left as it"
                            + " is, and the log counts such records.")
            .key(
                    TOPICS_ALLOW_INTERNAL,
                    ConfigDef.Type.LIST,
                    List.of(),
                    new TopicNameList(),
                    Importance.LOW,
                    "The only topics with a name that starts with '_', or ends with -configs, -offsets or -status, that"
                            + " records may be given back: literal names, whatever topics.allow says. Kafka,"
                            + " Connect and other tools keep their own state in such topics. Empty, the default: none.")
            .toConfigDef();

    /** @throws org.apache.kafka.common.config.ConfigException naming key, value and what is allowed */
    RestoreOriginConfig(Map<String, ?> properties) {
        super(DEFINITION, properties, false);
    }

    AllowedTopics allowedTopics() {
        return AllowedTopics.matching(getString(TOPICS_ALLOW)).withInternal(getList(TOPICS_ALLOW_INTERNAL));
    }
}
