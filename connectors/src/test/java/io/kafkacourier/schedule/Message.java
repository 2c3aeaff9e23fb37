/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.schedule;

/**
 * A record of the simulations.
 *
 * @param waitMs how long it asks to wait, as a number that the settings scale; negative means unreadable
 */
record Message(long offset, long timestampMs, long waitMs) {}
