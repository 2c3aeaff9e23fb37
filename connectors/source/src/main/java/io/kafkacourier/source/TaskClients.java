/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source;

import io.kafkacourier.kafka.admin.ProgressAdmin;
import io.kafkacourier.kafka.admin.TopicLookup;
import org.apache.kafka.clients.consumer.Consumer;

/**
 * What a task reaches the cluster with.
 *
 * @param id names the clients
 * @param lookup what is known of topics; creates those that may be
 * @param progress shows how far the task has come, and deletes what has left the tiers
 */
public record TaskClients(String id, Consumer<byte[], byte[]> consumer, TopicLookup lookup, ProgressAdmin progress) {}
