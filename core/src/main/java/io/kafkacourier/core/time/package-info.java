/* SPDX-License-Identifier: Apache-2.0 */
/** Reads durations and due times from text, in whole milliseconds, without overflow. */
@NullMarked
package io.kafkacourier.core.time;

import org.jspecify.annotations.NullMarked;
