/* SPDX-License-Identifier: Apache-2.0 */
/** Kafka as our source connectors meet it: which topics there are, who reads what, and where a record may go. */
@NullMarked
package io.kafkacourier.kafka;

import org.jspecify.annotations.NullMarked;
