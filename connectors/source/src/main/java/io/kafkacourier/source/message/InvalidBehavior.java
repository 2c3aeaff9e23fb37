/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.message;

/** What to do with a message that cannot be delivered as asked. */
public enum InvalidBehavior {
    /** It goes to the topic of refused messages. */
    ROUTE,
    /** The task stops. */
    FAIL,
    /** It is delivered at once if only its time is wrong, and otherwise goes to the topic of refused messages. */
    DELIVER
}
