/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.targets;

/**
 * What a task knows about the health of its targets.
 *
 * @param heldBack counts messages whose target accepts none at the moment
 * @param trials remembers what targets have accepted
 * @param watch watches that the records handed to Connect get written
 */
public record TargetHealth(HeldBack heldBack, Trials trials, BatchWatch watch) {}
