/* SPDX-License-Identifier: Apache-2.0 */
/** Sending trace events to Kafka beside the messages they tell of, without ever holding those up. Needs kafka-clients. */
@NullMarked
package io.kafkacourier.core.emit;

import org.jspecify.annotations.NullMarked;
