/* SPDX-License-Identifier: Apache-2.0 */
/** Runs tasks in the background, on a separate thread. */
@NullMarked
package io.kafkacourier.kafka.background;

import org.jspecify.annotations.NullMarked;
