/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.admin;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MissingPermissionTest {

    private static final String WHO = "the connector's admin client (User:courier)";

    @ParameterizedTest
    @CsvSource({
        "READ, may not be read",
        "WRITE, may not be written to",
        "DELETE, may not have records deleted",
        "DESCRIBE, may not be looked at"
    })
    void namesTopicPrincipalAndOperation(AclOperation operation, String consequence) {
        assertThat(MissingPermission.on("orders", operation, WHO))
                .isEqualTo("Topic orders " + consequence + ": " + WHO + " lacks " + operation + " on it");
    }

    @Test
    void namesThePermissionsToCreateATopic() {
        assertThat(MissingPermission.toCreate(WHO)).isEqualTo(WHO + " lacks CREATE on it, or on the cluster");
    }

    @Test
    void addsTheMissingPermissionToAFailureOfAuthorization() {
        KafkaException failure = new GroupAuthorizationException("Not authorized");

        assertThat(MissingPermission.named(failure, WHO, AclOperation.READ, "group courier-orders"))
                .hasMessage(WHO + " lacks READ on group courier-orders (Not authorized)")
                .hasCause(failure);
    }

    @Test
    void leavesAnyOtherFailureAsItIs() {
        KafkaException failure = new TimeoutException("no answer");

        assertThat(MissingPermission.named(failure, WHO, AclOperation.READ, "topic orders"))
                .isSameAs(failure);
    }
}
