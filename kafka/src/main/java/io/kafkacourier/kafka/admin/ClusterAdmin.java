/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.admin;

import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An admin client of a cluster: closes it, waits for its answers, and names the permissions that it lacks. What it is used for
 * is behind one interface for each user. Safe for use by several threads.
 */
public final class ClusterAdmin implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ClusterAdmin.class);
    private static final Patience PATIENCE = Patience.forEach(Duration.ofSeconds(60));

    private final Admin client;
    private final String who;

    /**
     * @param client closed with this
     * @param who the admin client, and whom the cluster takes it for
     */
    public ClusterAdmin(Admin client, String who) {
        this.client = client;
        this.who = who;
    }

    /** Finds and creates the topics that a connector reads and writes to. */
    public TopicAdmin topics(Clock clock) {
        return new KafkaTopicAdmin(this, lookup(true, clock));
    }

    /**
     * Asks for topics that are written to, and creates them.
     *
     * @param awaitsReplicas whether those who write wait for the replicas that are in sync ({@code acks=all}), so that
     *     {@code min.insync.replicas} counts
     */
    public KafkaTopicLookup lookup(boolean awaitsReplicas, Clock clock) {
        return new KafkaTopicLookup(this, awaitsReplicas, clock);
    }

    /** Asks for what a preflight checks. */
    public ClusterFacts facts(Patience patience) {
        return new KafkaClusterFacts(this, patience);
    }

    /** Shows progress in consumer groups, looks for the ends of logs, and deletes records. */
    public ProgressAdmin progress() {
        return new KafkaProgressAdmin(this);
    }

    /** Closes the client as soon as its requests are answered, but within 5 s. */
    @Override
    public void close() {
        client.close(Duration.ofSeconds(5));
    }

    /** Closes the client without waiting for answers. */
    public void closeAtOnce() {
        client.close(Duration.ZERO);
    }

    /** The client, for requests. */
    Admin client() {
        return client;
    }

    /** The admin client, and whom the cluster takes it for: for messages. */
    String who() {
        return who;
    }

    /**
     * Waits for an answer.
     *
     * @throws KafkaException what the cluster answered, or a {@link TimeoutException} if it did not answer in time
     */
    <T> T await(Future<T> answer) {
        return PATIENCE.get(answer);
    }

    /** A failure that names the missing permission if that is the cause; else the same failure. */
    KafkaException named(KafkaException failure, AclOperation operation, String resource) {
        return MissingPermission.named(failure, who, operation, resource);
    }

    /**
     * The topics that exist, by name.
     *
     * @throws KafkaException if the cluster does not answer, or a topic may not be looked at
     */
    Map<String, TopicDescription> describe(Collection<String> names) {
        Map<String, TopicDescription> described = new HashMap<>();
        client.describeTopics(names).topicNameValues().forEach((name, answer) -> {
            try {
                described.put(name, await(answer));
            } catch (UnknownTopicOrPartitionException e) {
                log.debug("There is no topic {} yet", name);
            } catch (AuthorizationException e) {
                throw named(e, AclOperation.DESCRIBE, "topic " + name);
            }
        });
        return described;
    }
}
