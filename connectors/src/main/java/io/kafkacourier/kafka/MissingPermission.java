/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka;

import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;

/** Says which permission is missing: Kafka's own answers name neither the operation nor, often, the resource. */
public final class MissingPermission {

    private MissingPermission() {}

    /**
     * A sentence without its full stop.
     *
     * @param who the client that lacks the permission, and whom the cluster takes it for
     */
    public static String on(String topic, AclOperation operation, String who) {
        return "Topic " + topic + " " + consequence(operation) + ": " + who + " lacks " + operation + " on it";
    }

    private static String consequence(AclOperation operation) {
        return switch (operation) {
            case READ -> "may not be read";
            case WRITE -> "may not be written to";
            case DELETE -> "may not have records deleted";
            default -> "may not be looked at";
        };
    }

    /**
     * A failure with what is missing in its message, where that is what it is; else the same failure.
     *
     * @param resource such as {@code topic orders}
     */
    static KafkaException named(KafkaException failure, AclOperation operation, String resource) {
        return failure instanceof AuthorizationException
                ? new AuthorizationException(
                        "the principal of the connector's admin client lacks " + operation + " on " + resource + " ("
                                + failure.getMessage() + ")",
                        failure)
                : failure;
    }
}
