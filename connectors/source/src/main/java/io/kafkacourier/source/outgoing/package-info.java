/* SPDX-License-Identifier: Apache-2.0 */
/** What goes out: makes the source record that carries out each action of a schedule, and the trace event for it. */
@NullMarked
package io.kafkacourier.source.outgoing;

import org.jspecify.annotations.NullMarked;
