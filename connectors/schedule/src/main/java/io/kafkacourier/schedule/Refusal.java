/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.schedule;

/**
 * Why one record cannot go where it should.
 *
 * @param reason the reason of the contract
 * @param detail what exactly is wrong, as the end of a sentence that names the record; never anything of its payload
 */
public record Refusal(Reason reason, String detail) {}
