/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.targets;

/**
 * A task's knowledge about the health of its targets.
 *
 * @param heldBack counts messages whose target accepts none at the moment
 * @param trials remembers what targets have accepted
 * @param watch watches whether Connect writes the records that it is handed
 */
public record TargetHealth(HeldBack heldBack, Trials trials, BatchWatch watch) {}
