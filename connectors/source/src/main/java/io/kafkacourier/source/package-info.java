/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The common part of the source connectors. {@link io.kafkacourier.source.ScheduledSource} is the road of a record: it is
 * read, its schedule judges it, and a source record carries the decision out.
 *
 * <pre>
 *  input, tier                                                         target, tier, refused topic
 *       |                                                                           ^
 *    intake --- record ---> schedule --- action ---> outgoing --- source record --> Connect
 *    (reads within          (when is it due?         (fits it into its topic,           |
 *     a budget)              what becomes of it?)     adds headers and trace event)     | written
 *                                ^                        |                             v
 *                             policy                   targets                       progress
 *                        (delay, retry, tier)     (does the topic take it?)   (stored offset, trimmed tiers)
 * </pre>
 */
@NullMarked
package io.kafkacourier.source;

import org.jspecify.annotations.NullMarked;
