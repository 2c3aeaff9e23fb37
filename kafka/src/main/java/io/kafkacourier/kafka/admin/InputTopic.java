/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.admin;

/**
 * A topic that is read.
 *
 * @param id Kafka's id of the topic, which a topic created anew under the same name does not share
 * @param partitions how many partitions it has
 */
public record InputTopic(String name, String id, int partitions) {}
