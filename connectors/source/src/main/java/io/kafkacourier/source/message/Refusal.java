/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.message;

import io.kafkacourier.core.contract.Reason;

/**
 * Why a message is refused.
 *
 * @param reason the public reason
 * @param detail the exact problem, as the end of a sentence that names the record; never contains payload
 */
public record Refusal(Reason reason, String detail) {

    /** Whether the reason is the due time, and not the target. */
    public boolean isOfDueTime() {
        return reason.family() == Reason.Family.DUE_TIME;
    }
}
