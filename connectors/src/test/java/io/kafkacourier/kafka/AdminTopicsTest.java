/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.acl.AclOperation;
import org.junit.jupiter.api.Test;

class AdminTopicsTest {

    @Test
    void takesKafkasDefaultsForWhatABrokerDoesNotTell() {
        Config olderBroker = new Config(List.of(
                new ConfigEntry("max.message.bytes", "2000000"), new ConfigEntry("cleanup.policy", "compact,delete")));

        assertThat(AdminTopics.present(olderBroker))
                .isEqualTo(new TargetTopic.Present(
                        2_000_000,
                        true,
                        TargetTopic.Present.WITH_DEFAULTS.maxAgeMs(),
                        TargetTopic.Present.WITH_DEFAULTS.maxAheadMs()));
    }

    @Test
    void takesWhatTheBrokerTells() {
        Config told = new Config(List.of(
                new ConfigEntry("max.message.bytes", "1000"),
                new ConfigEntry("cleanup.policy", "delete"),
                new ConfigEntry("message.timestamp.before.max.ms", "7"),
                new ConfigEntry("message.timestamp.after.max.ms", "8")));

        assertThat(AdminTopics.present(told)).isEqualTo(new TargetTopic.Present(1_000, false, 7, 8));
    }

    @Test
    void takesTheBoundOfBothSidesBeforeKafka36() {
        Config older = new Config(List.of(new ConfigEntry("message.timestamp.difference.max.ms", "9")));

        assertThat(AdminTopics.present(older)).isEqualTo(new TargetTopic.Present(1_048_588, false, 9, 9));
    }

    @Test
    void takesTheBoundOfBothSidesWhereThatOfASideIsUnlimited() {
        Config told = new Config(List.of(
                new ConfigEntry("message.timestamp.difference.max.ms", "9"),
                new ConfigEntry("message.timestamp.before.max.ms", Long.toString(Long.MAX_VALUE)),
                new ConfigEntry("message.timestamp.after.max.ms", "8")));

        assertThat(AdminTopics.present(told)).isEqualTo(new TargetTopic.Present(1_048_588, false, 9, 8));
    }

    @Test
    void takesWritingForAllowedUnlessTheBrokerSaysOtherwise() {
        assertThat(AdminTopics.mayWrite(null)).isTrue();
        assertThat(AdminTopics.mayWrite(Set.of())).isTrue();
        assertThat(AdminTopics.mayWrite(Set.of(AclOperation.DESCRIBE, AclOperation.WRITE)))
                .isTrue();
        assertThat(AdminTopics.mayWrite(Set.of(AclOperation.DESCRIBE, AclOperation.READ)))
                .isFalse();
    }
}
