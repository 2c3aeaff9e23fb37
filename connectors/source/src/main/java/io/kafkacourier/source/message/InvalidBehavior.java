/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.message;

/** What becomes of a record that cannot go where it should. */
public enum InvalidBehavior {
    /** It goes to the topic for refused records. */
    ROUTE,
    /** The task stops. */
    FAIL,
    /** It is delivered at once where only its time is the trouble, and otherwise goes to the topic for refused ones. */
    DELIVER
}
