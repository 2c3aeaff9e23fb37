/* SPDX-License-Identifier: Apache-2.0 */
/** Intake: reads partitions, holds what was read within a budget, and has their schedules take it. */
@NullMarked
package io.kafkacourier.source.intake;

import org.jspecify.annotations.NullMarked;
