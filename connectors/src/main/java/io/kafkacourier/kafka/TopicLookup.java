/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka;

import java.util.concurrent.CompletableFuture;

/** Asks the cluster for a topic. */
public interface TopicLookup {

    /** Starts to ask; the future fails with Kafka's exception where there is no answer. Never blocks. */
    CompletableFuture<TargetTopic> look(String topic);
}
