/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.admin;

/**
 * A topic that a source reads.
 *
 * @param id Kafka's id of the topic; a topic that is created again under the same name has another id
 * @param partitions how many partitions it has
 */
public record InputTopic(String name, String id, int partitions) {}
