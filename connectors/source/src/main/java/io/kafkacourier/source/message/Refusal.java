/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.message;

import io.kafkacourier.core.contract.Reason;

/**
 * Why one message cannot go where it should.
 *
 * @param reason the reason of the contract
 * @param detail what exactly is wrong, as the end of a sentence that names the record; never anything of its payload
 */
public record Refusal(Reason reason, String detail) {

    /** Whether the reason is the time asked for, and not the place. */
    public boolean isOfDueTime() {
        return reason.family() == Reason.Family.DUE_TIME;
    }
}
