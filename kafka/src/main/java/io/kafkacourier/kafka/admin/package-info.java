/* SPDX-License-Identifier: Apache-2.0 */
/** Kafka's admin API: which topics exist, what they accept, and which permissions are missing. */
@NullMarked
package io.kafkacourier.kafka.admin;

import org.jspecify.annotations.NullMarked;
