/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.failure;

/** Whether a failed record carries what we wrote when it was tried again. */
public enum Story {
    /** It carries our count. */
    KEPT,
    /** It carries none, though whoever reported the failure keeps headers: it was not tried again by us. */
    NONE,
    /** Whoever reported the failure keeps no header of the record, so that it may have been tried again by us. */
    DROPPED
}
