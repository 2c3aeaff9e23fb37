/* SPDX-License-Identifier: Apache-2.0 */
/** Durations and due times from text, overflow-safe, in whole milliseconds. */
@NullMarked
package io.kafkacourier.core.time;

import org.jspecify.annotations.NullMarked;
