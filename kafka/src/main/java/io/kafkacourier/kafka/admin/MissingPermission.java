/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.admin;

import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;

/**
 * Messages that report who lacks which permission on what, with the same words everywhere. Kafka's own messages name
 * neither the principal nor the operation, and often not the resource.
 */
public final class MissingPermission {

    private MissingPermission() {}

    /**
     * A sentence without its full stop, such as {@code Topic orders may not be read: ... lacks READ on it}.
     *
     * @param who the client that lacks the permission, and its principal
     */
    public static String on(String topic, AclOperation operation, String who) {
        return "Topic " + topic + " " + consequence(operation) + ": " + lacks(who, operation, "it");
    }

    /** The end of a sentence about a topic that is missing and could not be created. */
    public static String toCreate(String who) {
        return lacks(who, AclOperation.CREATE, "it, or on the cluster");
    }

    /**
     * The missing permission, as a sentence without its full stop.
     *
     * @param resource such as {@code topic orders} or {@code group courier-orders}
     */
    public static String lacks(String who, AclOperation operation, String resource) {
        return who + " lacks " + operation + " on " + resource;
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
     * The failure with the missing permission in its message, if a permission is missing; otherwise the same failure.
     *
     * @param who the client that lacks the permission, and its principal
     * @param resource such as {@code topic orders} or {@code group courier-orders}
     */
    static KafkaException named(KafkaException failure, String who, AclOperation operation, String resource) {
        return failure instanceof AuthorizationException
                ? new AuthorizationException(
                        lacks(who, operation, resource) + " (" + failure.getMessage() + ")", failure)
                : failure;
    }
}
