/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.failure;

/** Whether a failed record carries the headers that the connector wrote when it was tried again. */
public enum Story {
    /** It carries the connector's count. */
    KEPT,
    /** It carries none, although the writer of the failed record keeps headers: the connector has not tried it again. */
    NONE,
    /** The writer of the failed record keeps no headers, so the connector may have tried it again. */
    DROPPED
}
