/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.rule;

import io.kafkacourier.core.json.JsonPath;

/** A place in a record that rules read. */
sealed interface Source {

    /** The places without a name or path. */
    enum Attribute implements Source {
        TOPIC,
        PARTITION,
        TIMESTAMP,
        /** The whole key, as text. */
        KEY
    }

    /** The last header of that name. */
    record Header(String name) implements Source {}

    /** A place inside the key. */
    record InKey(JsonPath path) implements Source {}

    /** A place inside the value, or the whole value. */
    record InValue(JsonPath path) implements Source {}
}
