/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source;

import io.kafkacourier.kafka.admin.ProgressAdmin;
import io.kafkacourier.kafka.admin.TopicLookup;
import org.apache.kafka.clients.consumer.Consumer;

/**
 * The clients of a task.
 *
 * @param id the client id prefix
 * @param lookup looks up topics; creates missing ones if that is allowed
 */
public record TaskClients(String id, Consumer<byte[], byte[]> consumer, TopicLookup lookup, ProgressAdmin progress) {}
