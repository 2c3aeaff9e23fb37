/* SPDX-License-Identifier: Apache-2.0 */
/** Outgoing records: makes the source record that carries out each action of a schedule, and its trace event. */
@NullMarked
package io.kafkacourier.source.outgoing;

import org.jspecify.annotations.NullMarked;
