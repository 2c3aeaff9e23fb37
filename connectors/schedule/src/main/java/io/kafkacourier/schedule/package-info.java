/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The engine of delaying and retrying: what becomes of each record of an input partition and when, and the progress to
 * go on from after a stop. Knows nothing of Connect or of consumers, has no threads, and is told the time.
 */
@NullMarked
package io.kafkacourier.schedule;

import org.jspecify.annotations.NullMarked;
