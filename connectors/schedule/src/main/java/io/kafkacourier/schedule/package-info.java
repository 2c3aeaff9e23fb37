/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The engine of delaying and retrying: what happens to each record of an input partition and when, and the progress from
 * which a restart continues. It does not depend on Connect or on consumers, has no threads, and gets the time from its
 * callers.
 *
 * <pre>
 *  a record of a partition is offered
 *       |
 *  policy: when is it due?
 *       +-- now --------------------------------------- Deliver
 *       +-- within the horizon --- Hold, in memory ---- Deliver, when it is due
 *       +-- later ------------------------------------- Hop to a tier, from where it is offered again
 *       +-- later than is possible -------------------- TooFar
 *       +-- it is not acceptable ---------------------- Refuse
 * </pre>
 *
 * Each {@link io.kafkacourier.schedule.Action} carries the progress of its partition: the next offset to read, and the
 * offsets before it that are still pending.
 */
@NullMarked
package io.kafkacourier.schedule;

import org.jspecify.annotations.NullMarked;
