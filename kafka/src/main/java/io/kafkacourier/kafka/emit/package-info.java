/* SPDX-License-Identifier: Apache-2.0 */
/** Sends trace events to Kafka from a separate thread, so that it never delays the messages that they report. */
@NullMarked
package io.kafkacourier.kafka.emit;

import org.jspecify.annotations.NullMarked;
