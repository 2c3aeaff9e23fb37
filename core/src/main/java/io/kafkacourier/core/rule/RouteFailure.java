/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.rule;

/** Why a record could not be routed: the values of the header {@code __courier.route.reason}. */
public enum RouteFailure {
    /** A template takes something from the record that is not there, or is an array or an object. */
    FIELD_MISSING,
    /** A rule reads a body that is not JSON, or cut off. */
    BODY_NOT_JSON,
    /** A rule reads a body that is encoded: Avro, Protobuf or anything else behind a schema id, or gzip. */
    BODY_FRAMED,
    /** A rule reads a body with too many levels. */
    TOO_DEEP,
    /** The rendered name is none that a topic can have. */
    ILLEGAL_TOPIC,
    /** The rendered name is reserved for internal topics, or not allowed by the configuration. */
    TOPIC_NOT_ALLOWED,
    /** No rule matched, where one has to. */
    NO_MATCH
}
