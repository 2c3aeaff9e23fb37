/* SPDX-License-Identifier: Apache-2.0 */
/** Intake: reads partitions within a memory budget, and offers the records to their schedules. */
@NullMarked
package io.kafkacourier.source.intake;

import org.jspecify.annotations.NullMarked;
