/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.transforms;

import io.kafkacourier.core.config.TopicPattern;
import io.kafkacourier.core.topic.AllowedTopics;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.CompositeValidator;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.NonEmptyString;

/** What {@link RestoreOrigin} is configured with. */
final class RestoreOriginConfig extends AbstractConfig {

    static final String TOPICS_ALLOW = "topics.allow";

    static final ConfigDef DEFINITION = new ConfigDef()
            .define(
                    TOPICS_ALLOW,
                    ConfigDef.Type.STRING,
                    ConfigDef.NO_DEFAULT_VALUE,
                    CompositeValidator.of(new NonEmptyString(), new TopicPattern()),
                    Importance.HIGH,
                    "A regular expression (RE2) that matches the whole names of the topics that records may be given back,"
                            + " since whoever wrote a record can have written its headers; .* allows every topic that is"
                            + " not internal. A record that names another is left as it is, and the log says how many"
                            + " there were.");

    /** @throws org.apache.kafka.common.config.ConfigException naming key, value and what is allowed */
    RestoreOriginConfig(Map<String, ?> properties) {
        super(DEFINITION, properties, false);
    }

    AllowedTopics allowedTopics() {
        return AllowedTopics.matching(getString(TOPICS_ALLOW));
    }
}
